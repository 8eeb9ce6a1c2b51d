import { giveGrant } from "../../../src/app/access/give-grant.ts";
import { placeOfGrant } from "../../../src/app/access/grant-place.ts";
import { grantSummary } from "../../../src/app/access/grant-summary.ts";
import type { GivenGrant, GrantFilter } from "../../../src/app/access/given-grant.ts";
import { principalNamed } from "../../../src/app/access/principal-named.ts";
import type { PrincipalName } from "../../../src/app/access/principal-named.ts";
import { notThere, unlessTooMighty } from "../../../src/app/access/problem.ts";
import { takeGrant } from "../../../src/app/access/take-grant.ts";
import { beyond } from "../../../src/core/access/can.ts";
import { wholeReach } from "../../../src/core/access/grant.ts";
import { settled } from "../http/access-problem.ts";
import type { Services } from "../services.ts";
import type { Call, HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

/** When a grant was given, and its id. */
const PLACES = /^\d{1,16}\.[0-9a-z-]{1,64}$/;

export function grantResponse({ on, place, ...grant }: GivenGrant) {
  const installation = on.organisationId === null;
  return {
    ...grant,
    summary: grantSummary({ ...grant, on, place }),
    on: { installation, ...place },
  };
}

export const grantHandlers: HandlersOf<"grants"> = {
  "grants.list": async (call, services) => {
    const { query, caller } = call;
    const { organisationId, access } = caller;
    const ofAll = query.installation !== undefined;
    if (ofAll) settled(unlessTooMighty(beyond(access, ["access:read"], wholeReach(null))));
    const page = keyPageRequest(query, PLACES);
    const filter = await filterOf(call, services);
    const found = await services.grants.list(ofAll ? null : organisationId, filter, page);
    return { body: keyPage(found, grantResponse) };
  },

  "grants.create": async ({ body, caller }, services) => {
    const { on } = body;
    const place = {
      unit: on.unit ?? null,
      project: on.project ?? null,
      environment: on.environment ?? null,
      tag: on.tag ?? null,
    };
    const what = { role: body.role ?? null, scopes: body.scopes ?? null };
    const installation = on.installation === true;
    const { effect, to } = body;
    const input = { effect, to, ...what, installation, place, caller };
    return { body: grantResponse(settled(await giveGrant(input, services))) };
  },

  "grants.get": async ({ params: { grant: id }, caller }, { grants }) => {
    const grant = await grants.find(caller.organisationId, id);
    return { body: grantResponse(grant ?? settled(notThere("grant", id))) };
  },

  "grants.delete": async ({ params, caller }, services) => {
    const { id } = settled(await takeGrant({ ...params, caller }, services));
    return { body: { id } };
  },
};

async function filterOf(
  { query, caller: { organisationId } }: Call<"grants.list">,
  services: Services,
): Promise<GrantFilter> {
  const name = query.to === undefined ? undefined : principalIn(query.to);
  const to = name && settled(await principalNamed(organisationId, name, services));
  const place = {
    unit: query.unit ?? null,
    project: query.project ?? null,
    environment: query.environment ?? null,
    tag: null,
  };
  const { reach } = settled(await placeOfGrant(organisationId, place, services));
  return {
    to,
    unitId: reach.unitId ?? undefined,
    projectId: reach.projectId ?? undefined,
    environmentId: reach.environmentId ?? undefined,
  };
}

/** `person:<id>`, `team:<key>` …, which the contract has checked. */
function principalIn(text: string): PrincipalName {
  const [kind = "", name = ""] = text.split(":");
  if (kind === "person" || kind === "service") return { kind, id: name };
  return kind === "team" || kind === "unit" ? { kind, key: name } : { kind: "everyone" };
}
