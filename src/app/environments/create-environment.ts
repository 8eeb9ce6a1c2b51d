import { environmentId } from "../../core/brand.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { idInJurisdiction, jurisdictionOf, type Jurisdiction } from "../../core/jurisdiction.ts";
import { canonicalJson } from "../../core/json.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Authorities } from "../authorities.ts";
import type { Caller } from "../caller.ts";
import { getProject } from "../projects/get-project.ts";
import type { Project, ProjectNotFound } from "../projects/project.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { Tags } from "../tags.ts";
import type { Environment } from "./environment.ts";
import type { EnvironmentStore } from "./environment-store.ts";

export interface CreateEnvironmentInput {
  readonly project: string;
  readonly key: string;
  readonly name: string | undefined;
  readonly production: boolean;
  readonly tags: Tags;
  /** `undefined`: a random one. */
  readonly salt: string | undefined;
  /** Where its objects stay for good; `null`: wherever they are made. */
  readonly jurisdiction: Jurisdiction | null;
  readonly caller: Caller;
}

export interface CreateEnvironmentDeps {
  readonly projects: Pick<ProjectStore, "find">;
  readonly environments: Pick<EnvironmentStore, "locate" | "insert" | "markInitialised">;
  readonly authorities: Authorities;
  readonly now: () => number;
  /** `[a-z0-9]{16}` */
  readonly newEnvironmentId: () => string;
  readonly newSalt: () => string;
}

export interface EnvironmentExists {
  readonly kind: "environment-exists";
  readonly environment: string;
}

/**
 * Enters the environment into the catalogue, then makes its authority. A request that was cut off
 * between the two is finished by repeating it: the row that is there is taken up again.
 */
export async function createEnvironment(
  input: CreateEnvironmentInput,
  deps: CreateEnvironmentDeps,
): Promise<Result<Environment, ProjectNotFound | EnvironmentExists | AuthorityProblem>> {
  const { organisationId } = input.caller;
  const project = await getProject({ organisationId, project: input.project }, deps);
  if (!project.ok) return project;

  const entered = await enter(input, project.value, deps);
  if (entered === undefined) return err({ kind: "environment-exists", environment: input.key });

  const made = await deps.authorities.of(entered.id).apply({
    command: {
      kind: "environment.initialize",
      projectId: entered.projectId,
      environmentId: entered.id,
      salt: entered.salt,
      stagedPublish: entered.production,
    },
    actor: input.caller.actor,
    permits: input.caller.permits,
    reason: input.caller.reason,
    requestId: input.caller.requestId,
    commandId: null,
  });
  if (!made.ok) return made;
  const initialisedAtMs = deps.now();
  await deps.environments.markInitialised(entered, initialisedAtMs);
  return ok({ ...entered, initialisedAtMs });
}

/** The row to make an authority for; `undefined` when another environment has the key. */
async function enter(
  input: CreateEnvironmentInput,
  project: Project,
  deps: CreateEnvironmentDeps,
): Promise<Environment | undefined> {
  const now = deps.now();
  const fresh: Environment = {
    id: environmentId(idInJurisdiction(input.jurisdiction, deps.newEnvironmentId())),
    projectId: project.id,
    key: input.key,
    name: input.name ?? input.key,
    production: input.production,
    tags: input.tags,
    salt: input.salt ?? deps.newSalt(),
    initialisedAtMs: null,
    version: 1,
    createdAtMs: now,
    updatedAtMs: now,
  };
  if ((await deps.environments.insert(fresh, input.caller)) === "committed") return fresh;

  const { organisationId } = input.caller;
  const place = { organisationId, project: input.project, environment: input.key };
  const there = await deps.environments.locate(place);
  if (typeof there === "string" || there.initialisedAtMs !== null) return undefined;
  return asksForTheSame(there, input) ? there : undefined;
}

function asksForTheSame(there: Environment, input: CreateEnvironmentInput): boolean {
  return (
    there.name === (input.name ?? input.key) &&
    there.production === input.production &&
    jurisdictionOf(there.id) === input.jurisdiction &&
    canonicalJson(there.tags) === canonicalJson(input.tags) &&
    (input.salt === undefined || input.salt === there.salt)
  );
}
