import type { Applied } from "../../core/authority/authority-api.ts";
import type { EnvironmentKill, ExpectedVersion } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import type { CatalogueStore, TagFilter } from "../catalogue/catalogue-store.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";

export interface SwitchFlagsInput {
  readonly kind: "environment.kill" | "environment.unkill";
  readonly place: Place;
  /** Keys that must be there. */
  readonly flags?: readonly string[];
  readonly tag?: TagFilter;
  /** Only for a kill. Absent: each flag's off variation; `null`: the caller's own default. */
  readonly variation?: string | null;
  readonly expectedRevision: ExpectedVersion;
  readonly dryRun: boolean;
  readonly caller: Caller;
}

/** No flag of the project's catalogue carries the tag. */
export interface TagUnmatched {
  readonly kind: "tag-unmatched";
  readonly tag: TagFilter;
}

export interface SwitchFlagsDeps extends AuthorityDeps {
  readonly catalogue: Pick<CatalogueStore, "keysTagged">;
}

/** Throws or takes back the kill switch of many flags: one command, one revision. */
export async function switchFlags(
  input: SwitchFlagsInput,
  deps: SwitchFlagsDeps,
): Promise<Result<Applied, PlaceProblem | TagUnmatched | AuthorityProblem>> {
  const environment = await findEnvironment(input.place, deps);
  if (!environment.ok) return environment;
  const { id, projectId } = environment.value;
  const tagged = await taggedFlags(projectId, input.tag, deps);
  if (!tagged.ok) return tagged;
  const { kind, tag, variation, expectedRevision, dryRun } = input;
  const selection = {
    flags: input.flags ?? [],
    tag: tag === undefined ? null : { name: tag.name, value: tag.value ?? null },
    tagged: tagged.value,
    expectedRevision,
  };
  const kill: EnvironmentKill = {
    kind: "environment.kill",
    ...selection,
    ...(variation !== undefined && { variation }),
  };
  const { actor, permits, reason, requestId, commandId } = input.caller;
  const command = kind === "environment.kill" ? kill : { kind, ...selection };
  const envelope = { command, actor, permits, reason, requestId, commandId, dryRun };
  return deps.authorities.of(id).apply(envelope);
}

async function taggedFlags(
  projectId: string,
  tag: TagFilter | undefined,
  { catalogue }: SwitchFlagsDeps,
): Promise<Result<readonly string[], TagUnmatched>> {
  if (tag === undefined) return ok([]);
  const keys = await catalogue.keysTagged(projectId, tag);
  return keys.length === 0 ? err({ kind: "tag-unmatched", tag }) : ok(keys);
}
