import { beyond, can } from "../../core/access/can.ts";
import { organisationTarget, wholeReach } from "../../core/access/grant.ts";
import { PROJECT_SCOPES } from "../../core/access/handing-on.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { unlessTooMighty, type TooMighty } from "../access/problem.ts";
import type { Caller } from "../caller.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
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
 * moving it takes what giving grants takes, and all that a grant on a unit can give or deny in the
 * project, where it was and where it comes to be.
 */
export async function patchProject(
  { project: key, patch, expectedVersion, caller }: PatchProjectInput,
  deps: PatchProjectDeps,
): Promise<Result<Project, ProjectNotFound | Changed | NotPermitted | TooMighty>> {
  const { organisationId } = caller;
  const found = await getProject({ organisationId, project: key }, deps);
  if (!found.ok) return found;
  const named = { what: "project", key } as const;
  const seen = asSeen(named, expectedVersion, found.value);
  if (!seen.ok) return seen;
  const before = seen.value;
  const permitted = mayMove(before, patch.unitId, caller);
  if (!permitted.ok) return permitted;
  const after = { ...before, ...patch, version: before.version + 1, updatedAtMs: deps.now() };
  const updated = await deps.projects.update(before, after, caller);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}

function mayMove(
  { id: projectId, unitId: before }: Project,
  after: string | null | undefined,
  { access, organisationId }: Caller,
): Result<null, NotPermitted | TooMighty> {
  if (after === undefined || after === before) return ok(null);
  const { allowed, because } = can(access, "access:write", organisationTarget(organisationId));
  if (!allowed) return notPermitted("access:write", because);
  const lacking = [before, after].flatMap((unitId) =>
    beyond(access, PROJECT_SCOPES, { ...wholeReach(organisationId), unitId, projectId }),
  );
  return unlessTooMighty([...new Set(lacking)].toSorted());
}
