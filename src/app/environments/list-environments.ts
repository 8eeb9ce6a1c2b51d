import { can } from "../../core/access/can.ts";
import type { Access } from "../../core/access/grant.ts";
import { environmentTarget } from "../access/targets.ts";
import { visiblePage } from "../access/visible-page.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { getProject } from "../projects/get-project.ts";
import type { ProjectNotFound } from "../projects/project.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { Environment } from "./environment.ts";
import type { EnvironmentStore } from "./environment-store.ts";

/** The project's environments that the caller may see. */
export async function listEnvironments(
  input: {
    readonly organisationId: string;
    readonly access: Access;
    readonly project: string;
    readonly page: PageRequest;
  },
  deps: {
    readonly projects: Pick<ProjectStore, "find">;
    readonly environments: Pick<EnvironmentStore, "list">;
  },
): Promise<Result<Page<Environment>, ProjectNotFound>> {
  const project = await getProject(input, deps);
  if (!project.ok) return project;
  const { value } = project;
  const page = await visiblePage(
    input.page,
    (wanted) => deps.environments.list(value.id, wanted),
    (one) => can(input.access, "environments:read", environmentTarget(value, one)).allowed,
  );
  return ok(page);
}
