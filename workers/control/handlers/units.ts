import { findExpected } from "../../../src/app/keyed.ts";
import { deleteUnit, renameUnit } from "../../../src/app/units/change-unit.ts";
import { createUnit } from "../../../src/app/units/create-unit.ts";
import type { Unit } from "../../../src/app/units/unit.ts";
import { settled } from "../http/access-problem.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

function toResponse(unit: Unit) {
  const { id: _, organisationId: __, ...shown } = unit;
  return shown;
}

const answer = (unit: Unit) => ({ body: toResponse(unit), version: unit.version });

export const unitHandlers: HandlersOf<"units"> = {
  "units.list": async ({ query, caller }, { units }) => {
    const page = await units.list(caller.organisationId, keyPageRequest(query));
    return { body: keyPage(page, toResponse) };
  },

  "units.create": async ({ body, caller }, services) =>
    answer(settled(await createUnit({ ...body, caller }, services))),

  "units.get": async ({ params: { unit: key }, caller }, { units }) =>
    answer(settled(await findExpected("unit", { key, expectedVersion: "any", caller }, units))),

  "units.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const change = { key: params.unit, expectedVersion, caller };
    return answer(settled(await renameUnit(change, body.name, services)));
  },

  "units.delete": async ({ params, expectedVersion, caller }, services) => {
    const change = { key: params.unit, expectedVersion, caller };
    const { key } = settled(await deleteUnit(change, services));
    return { body: { key } };
  },
};
