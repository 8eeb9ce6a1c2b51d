import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { getProject } from "../projects/get-project.ts";
import type { ProjectNotFound } from "../projects/project.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { Environment } from "./environment.ts";
import type { EnvironmentStore } from "./environment-store.ts";

export async function listEnvironments(
  input: { readonly organisationId: string; readonly project: string; readonly page: PageRequest },
  deps: {
    readonly projects: Pick<ProjectStore, "find">;
    readonly environments: Pick<EnvironmentStore, "list">;
  },
): Promise<Result<Page<Environment>, ProjectNotFound>> {
  const project = await getProject(input, deps);
  if (!project.ok) return project;
  return ok(await deps.environments.list(project.value.id, input.page));
}
