import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { getProject } from "../projects/get-project.ts";
import type { ProjectNotFound } from "../projects/project.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { CatalogueFlagNotFound, ListedFlag } from "./catalogue-flag.ts";
import type { CatalogueStore } from "./catalogue-store.ts";

export interface GetFlagInput {
  readonly organisationId: string;
  readonly project: string;
  readonly flag: string;
}

export interface GetFlagDeps {
  readonly projects: Pick<ProjectStore, "find">;
  readonly catalogue: Pick<CatalogueStore, "find">;
}

export async function getFlag(
  input: GetFlagInput,
  deps: GetFlagDeps,
): Promise<Result<ListedFlag, ProjectNotFound | CatalogueFlagNotFound>> {
  const project = await getProject(input, deps);
  if (!project.ok) return project;
  const listed = await deps.catalogue.find(project.value.id, input.flag);
  return listed === undefined
    ? err({ kind: "catalogue-flag-not-found", flag: input.flag })
    : ok(listed);
}
