import { createProject } from "../../../src/app/projects/create-project.ts";
import { getProject } from "../../../src/app/projects/get-project.ts";
import { patchProject } from "../../../src/app/projects/patch-project.ts";
import type { Project } from "../../../src/app/projects/project.ts";
import { valueOf } from "../http/app-problem.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

const toResponse = ({ key, name, description, version, createdAtMs, updatedAtMs }: Project) => ({
  key,
  name,
  description,
  version,
  createdAtMs,
  updatedAtMs,
});

const answer = (project: Project) => ({ body: toResponse(project), version: project.version });

export const projectHandlers: HandlersOf<"projects"> = {
  "projects.list": async ({ query, caller }, { projects }) => {
    const page = await projects.list(caller.organisationId, keyPageRequest(query));
    return { body: keyPage(page, toResponse) };
  },

  "projects.create": async ({ body, caller }, services) => {
    const { key, name, description } = body;
    return answer(valueOf(await createProject({ key, name, description, caller }, services)));
  },

  "projects.get": async ({ params, caller }, services) =>
    answer(valueOf(await getProject({ ...caller, ...params }, services))),

  "projects.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const input = { ...params, patch: body, expectedVersion, caller };
    return answer(valueOf(await patchProject(input, services)));
  },
};
