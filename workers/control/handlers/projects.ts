import type { TooMighty } from "../../../src/app/access/problem.ts";
import { projectTarget } from "../../../src/app/access/targets.ts";
import { visiblePage } from "../../../src/app/access/visible-page.ts";
import { canWithin } from "../../../src/core/access/can.ts";
import { createProject } from "../../../src/app/projects/create-project.ts";
import { getProject } from "../../../src/app/projects/get-project.ts";
import { patchProject } from "../../../src/app/projects/patch-project.ts";
import type { Project } from "../../../src/app/projects/project.ts";
import { unitNamed } from "../../../src/app/units/unit-named.ts";
import { accessProblem, settled } from "../http/access-problem.ts";
import { type AppProblem, appProblem, valueOf } from "../http/app-problem.ts";
import { valueOr } from "../http/problem.ts";
import type { Services } from "../services.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

type UnitKeys = ReadonlyMap<string, string>;

function toResponse(project: Project, units: UnitKeys) {
  const { id: _, organisationId: __, unitId, ...shown } = project;
  return { ...shown, unit: unitId === null ? null : (units.get(unitId) ?? null) };
}

async function answer(project: Project, { units }: Pick<Services, "units">) {
  const isInUnit = project.unitId !== null;
  const keys: UnitKeys = isInUnit ? await units.keys(project.organisationId) : new Map();
  return { body: toResponse(project, keys), version: project.version };
}

const patched = valueOr((problem: AppProblem | TooMighty) =>
  problem.kind === "too-mighty" ? accessProblem(problem) : appProblem(problem),
);

export const projectHandlers: HandlersOf<"projects"> = {
  "projects.list": async ({ query, caller }, { projects, units }) => {
    const { access, organisationId } = caller;
    const page = await visiblePage(
      keyPageRequest(query),
      (wanted) => projects.list(organisationId, wanted),
      (project) => canWithin(access, "projects:read", projectTarget(project)),
    );
    const keys = await units.keys(organisationId);
    return { body: keyPage(page, (project) => toResponse(project, keys)) };
  },

  "projects.create": async ({ body, caller }, services) => {
    const { key, name, description } = body;
    const unit = settled(await unitNamed(caller.organisationId, body.unit, services));
    const input = { key, name, description, unitId: unit?.id ?? null, caller };
    return answer(valueOf(await createProject(input, services)), services);
  },

  "projects.get": async ({ params, caller }, services) =>
    answer(valueOf(await getProject({ ...caller, ...params }, services)), services),

  "projects.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const { unit, ...fields } = body;
    const moved =
      unit === undefined
        ? {}
        : { unitId: settled(await unitNamed(caller.organisationId, unit, services))?.id ?? null };
    const input = { ...params, patch: { ...fields, ...moved }, expectedVersion, caller };
    return answer(patched(await patchProject(input, services)), services);
  },
};
