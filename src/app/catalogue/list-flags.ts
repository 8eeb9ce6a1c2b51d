import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { getProject } from "../projects/get-project.ts";
import type { ProjectNotFound } from "../projects/project.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { ListedFlag } from "./catalogue-flag.ts";
import type { CatalogueFilter, CatalogueStore } from "./catalogue-store.ts";

export interface ListFlagsInput {
  readonly organisationId: string;
  readonly project: string;
  readonly filter: CatalogueFilter;
  readonly page: PageRequest;
}

export async function listFlags(
  input: ListFlagsInput,
  deps: {
    readonly projects: Pick<ProjectStore, "find">;
    readonly catalogue: Pick<CatalogueStore, "list">;
  },
): Promise<Result<Page<ListedFlag>, ProjectNotFound>> {
  const project = await getProject(input, deps);
  if (!project.ok) return project;
  return ok(await deps.catalogue.list(project.value.id, input.filter, input.page));
}
