import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Project, ProjectNotFound } from "./project.ts";
import type { ProjectStore } from "./project-store.ts";

export async function getProject(
  input: { readonly organisationId: string; readonly project: string },
  deps: { readonly projects: Pick<ProjectStore, "find"> },
): Promise<Result<Project, ProjectNotFound>> {
  const project = await deps.projects.find(input.organisationId, input.project);
  return project === undefined
    ? err({ kind: "project-not-found", project: input.project })
    : ok(project);
}
