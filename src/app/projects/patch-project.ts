import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { conflict, isExpected } from "../expected-version.ts";
import type { CatalogueConflict } from "../expected-version.ts";
import { getProject } from "./get-project.ts";
import type { Project, ProjectNotFound } from "./project.ts";
import type { ProjectStore } from "./project-store.ts";

export interface PatchProjectInput {
  readonly project: string;
  readonly patch: Partial<Pick<Project, "name" | "description">>;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface PatchProjectDeps {
  readonly projects: Pick<ProjectStore, "find" | "update">;
  readonly now: () => number;
}

export async function patchProject(
  { project: key, patch, expectedVersion, caller }: PatchProjectInput,
  deps: PatchProjectDeps,
): Promise<Result<Project, ProjectNotFound | CatalogueConflict>> {
  const { organisationId } = caller;
  const found = await getProject({ organisationId, project: key }, deps);
  if (!found.ok) return found;
  const { version } = found.value;
  if (!isExpected(expectedVersion, version)) {
    return err(conflict("project", key, expectedVersion, { version, raced: false }));
  }
  const after = { ...found.value, ...patch, version: version + 1, updatedAtMs: deps.now() };
  const updated = await deps.projects.update(after, caller);
  return updated === "raced"
    ? err(conflict("project", key, expectedVersion, { version, raced: true }))
    : ok(after);
}
