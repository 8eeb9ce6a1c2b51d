import { canWithin } from "../../core/access/can.ts";
import type { Access } from "../../core/access/grant.ts";
import { flagTarget } from "../access/targets.ts";
import { visiblePage } from "../access/visible-page.ts";
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
  readonly access: Access;
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
  const { value } = project;
  const page = await visiblePage(
    input.page,
    (wanted) => deps.catalogue.list(value.id, input.filter, wanted),
    ({ flag }) => canWithin(input.access, "flags:read", flagTarget(value, flag.tags)),
  );
  return ok(page);
}
