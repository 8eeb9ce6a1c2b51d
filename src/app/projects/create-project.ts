import { can } from "../../core/access/can.ts";
import { organisationTarget } from "../../core/access/grant.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { notPermitted, type NotPermitted } from "./not-permitted.ts";
import type { Project } from "./project.ts";
import type { ProjectStore } from "./project-store.ts";

export interface CreateProjectInput {
  readonly key: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Id of the business unit it begins in; `null`: none. */
  readonly unitId: string | null;
  readonly caller: Caller;
}

export interface CreateProjectDeps {
  readonly projects: Pick<ProjectStore, "insert">;
  readonly now: () => number;
  readonly newId: () => string;
}

export interface ProjectExists {
  readonly kind: "project-exists";
  readonly project: string;
}

export async function createProject(
  input: CreateProjectInput,
  deps: CreateProjectDeps,
): Promise<Result<Project, ProjectExists | NotPermitted>> {
  const permitted = mayMake(input);
  if (!permitted.ok) return permitted;
  const now = deps.now();
  const project: Project = {
    id: deps.newId(),
    organisationId: input.caller.organisationId,
    key: input.key,
    name: input.name ?? input.key,
    description: input.description ?? null,
    unitId: input.unitId,
    version: 1,
    createdAtMs: now,
    updatedAtMs: now,
  };
  const inserted = await deps.projects.insert(project, input.caller);
  return inserted === "exists" ? err({ kind: "project-exists", project: input.key }) : ok(project);
}

/** Whoever may make projects in one unit makes them there. */
function mayMake({ unitId, caller }: CreateProjectInput): Result<null, NotPermitted> {
  const target = { ...organisationTarget(caller.organisationId), unitId };
  const { allowed, because } = can(caller.access, "projects:write", target);
  return allowed ? ok(null) : notPermitted("projects:write", because);
}
