import { can } from "../../core/access/can.ts";
import { organisationTarget } from "../../core/access/grant.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { conflict, isExpected } from "../expected-version.ts";
import type { CatalogueConflict } from "../expected-version.ts";
import { getProject } from "./get-project.ts";
import { notPermitted, type NotPermitted } from "./not-permitted.ts";
import type { Project, ProjectNotFound } from "./project.ts";
import type { ProjectStore } from "./project-store.ts";

export interface PatchProjectInput {
  readonly project: string;
  readonly patch: Partial<Pick<Project, "name" | "description" | "unitId">>;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface PatchProjectDeps {
  readonly projects: Pick<ProjectStore, "find" | "update">;
  readonly now: () => number;
}

/**
 * Absent fields stay as they are. What unit a project is in decides who may do what in it, so that
 * moving it takes what giving grants takes.
 */
export async function patchProject(
  { project: key, patch, expectedVersion, caller }: PatchProjectInput,
  deps: PatchProjectDeps,
): Promise<Result<Project, ProjectNotFound | CatalogueConflict | NotPermitted>> {
  const { organisationId } = caller;
  const found = await getProject({ organisationId, project: key }, deps);
  if (!found.ok) return found;
  const { version } = found.value;
  if (!isExpected(expectedVersion, version)) {
    return err(conflict("project", key, expectedVersion, { version, raced: false }));
  }
  const permitted = mayMove(found.value, patch.unitId, caller);
  if (!permitted.ok) return permitted;
  const after = { ...found.value, ...patch, version: version + 1, updatedAtMs: deps.now() };
  const updated = await deps.projects.update(found.value, after, caller);
  return updated === "raced"
    ? err(conflict("project", key, expectedVersion, { version, raced: true }))
    : ok(after);
}

function mayMove(
  project: Project,
  unitId: string | null | undefined,
  { access, organisationId }: Caller,
): Result<null, NotPermitted> {
  if (unitId === undefined || unitId === project.unitId) return ok(null);
  const { allowed, because } = can(access, "access:write", organisationTarget(organisationId));
  return allowed ? ok(null) : notPermitted("access:write", because);
}
