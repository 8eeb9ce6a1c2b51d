import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Authorities } from "../authorities.ts";
import type { Caller } from "../caller.ts";
import type { Environment } from "../environments/environment.ts";
import type { EnvironmentStore } from "../environments/environment-store.ts";
import { getProject } from "../projects/get-project.ts";
import type { ProjectNotFound } from "../projects/project.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { CatalogueFlag, ListedFlag } from "./catalogue-flag.ts";
import type { CatalogueStore } from "./catalogue-store.ts";
import { placeDraft } from "./draft.ts";
import type { FlagDraft } from "./draft.ts";
import { ensureFlag } from "./ensure-flag.ts";
import type { EnsureResult } from "./ensure-flag.ts";

export interface CreateFlagInput {
  readonly project: string;
  readonly entry: Omit<
    CatalogueFlag,
    "projectId" | "creation" | "version" | "createdAtMs" | "updatedAtMs"
  >;
  readonly draft: FlagDraft;
  /** Equal for requests that ask for the same. */
  readonly fingerprint: string;
  readonly caller: Caller;
}

export interface CreateFlagDeps {
  readonly projects: Pick<ProjectStore, "find">;
  readonly environments: Pick<EnvironmentStore, "list">;
  readonly catalogue: CatalogueStore;
  readonly authorities: Authorities;
  readonly now: () => number;
}

export type CreateFlagProblem =
  | ProjectNotFound
  | AuthorityProblem
  | { readonly kind: "environment-unfinished"; readonly environment: string }
  | { readonly kind: "catalogue-flag-exists"; readonly flag: string }
  | { readonly kind: "partially-created"; readonly results: readonly EnsureResult[] };

export interface CreatedFlag {
  readonly listed: ListedFlag;
  readonly results: readonly EnsureResult[];
}

/**
 * Enters a flag into the catalogue and creates it in each chosen environment. Repeating a request
 * that was cut off finishes what is missing; repeating one that was done is refused, unless it
 * comes under the same command id.
 */
export async function createFlag(
  input: CreateFlagInput,
  deps: CreateFlagDeps,
): Promise<Result<CreatedFlag, CreateFlagProblem>> {
  const { caller, entry } = input;
  const found = await getProject({ ...caller, project: input.project }, deps);
  if (!found.ok) return found;
  const projectId = found.value.id;

  const environments = await allEnvironments(projectId, deps);
  const placed = placeDraft(entry, input.draft, environments);
  if (!placed.ok) return err({ kind: "invalid-document", issues: placed.error });
  const unfinished = placed.value.find((one) => one.environment.initialisedAtMs === null);
  if (unfinished !== undefined) {
    return err({ kind: "environment-unfinished", environment: unfinished.environment.key });
  }

  const keys = placed.value.map(({ environment }) => environment.key);
  const entered = await enter(input, projectId, keys, deps);
  if (entered === undefined) return err({ kind: "catalogue-flag-exists", flag: entry.key });

  const by = { project: found.value, tags: entry.tags, caller };
  const results = await Promise.all(placed.value.map((one) => ensureFlag(one, by, deps)));
  return settle(entered, results, caller, deps);
}

async function allEnvironments(
  projectId: string,
  deps: CreateFlagDeps,
): Promise<readonly Environment[]> {
  const all: Environment[] = [];
  let cursor: string | null = null;
  do {
    const page = await deps.environments.list(projectId, { limit: 200, cursor });
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

/** The entry to create the flag for; `undefined` when another request made it. */
async function enter(
  { entry, caller, fingerprint }: CreateFlagInput,
  projectId: string,
  environments: readonly string[],
  deps: CreateFlagDeps,
): Promise<ListedFlag | undefined> {
  const now = deps.now();
  const creation = { commandId: caller.commandId, fingerprint };
  const fresh = { ...entry, projectId, creation, version: 1, createdAtMs: now, updatedAtMs: now };
  if ((await deps.catalogue.insert(fresh, environments, caller)) === "committed") {
    return { flag: fresh, environments: [], pending: environments };
  }
  const there = await deps.catalogue.find(projectId, entry.key);
  if (there === undefined || there.flag.creation.fingerprint !== fingerprint) return undefined;
  const sameRequest = there.flag.creation.commandId === caller.commandId;
  return sameRequest || there.pending.length > 0 ? there : undefined;
}

async function settle(
  { flag }: ListedFlag,
  results: readonly EnsureResult[],
  caller: Caller,
  deps: CreateFlagDeps,
): Promise<Result<CreatedFlag, CreateFlagProblem>> {
  const done = results.filter(({ outcome }) => outcome === "created" || outcome === "existed");
  const refused = results.find((result) => result.outcome === "refused");
  if (refused !== undefined && results.every(({ outcome }) => outcome === "refused")) {
    await deps.catalogue.withdraw(flag, caller);
    return err(refused.problem);
  }
  const environments = done.map(({ environment }) => environment);
  await deps.catalogue.confirm(flag.projectId, flag.key, environments);
  if (done.length < results.length) return err({ kind: "partially-created", results });
  return ok({ listed: { flag, environments, pending: [] }, results });
}
