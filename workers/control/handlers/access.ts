import { explainAccess, heldGrants } from "../../../src/app/access/explain-access.ts";
import type { GivenGrant } from "../../../src/app/access/given-grant.ts";
import { principalOf } from "../../../src/app/access/principal.ts";
import { asExpected } from "../../../src/app/access/problem.ts";
import { can, canEverywhere, canWithin } from "../../../src/core/access/can.ts";
import { organisationTarget } from "../../../src/core/access/grant.ts";
import { ALL_SCOPES, type Scope } from "../../../src/core/access/scopes.ts";
import { scopeMissing } from "../auth/scope-missing.ts";
import { settled } from "../http/access-problem.ts";
import { grantResponse } from "./grants.ts";
import type { HandlersOf } from "./handler.ts";
import { organisationResponse } from "./organisations.ts";

const decisive = (grant: GivenGrant) => ({
  ...grantResponse(grant),
  id: grant.id === "" ? null : grant.id,
});

export const accessHandlers: HandlersOf<"access"> = {
  "access.me": async ({ caller }, services) => {
    const { organisationId, actor, access } = caller;
    const named = { what: "organisation", key: organisationId } as const;
    const found = await services.organisations.find(organisationId);
    const organisation = settled(asExpected(named, "any", found));
    const principal = principalOf(caller);
    const { kind, id } = principal;
    const { name } = actor;
    const grants = await heldGrants({ ...principal, name }, services);
    const isEverywhere = (scope: Scope) =>
      canEverywhere(access, scope, organisationId)?.allowed === true;
    const whole = organisationTarget(organisationId);
    const everywhere = ALL_SCOPES.filter(isEverywhere);
    const somewhere = ALL_SCOPES.filter(
      (scope) => !isEverywhere(scope) && canWithin(access, scope, whole),
    );
    const body = {
      kind,
      id,
      name,
      organisation: organisationResponse(organisation),
      everywhere,
      somewhere,
      ceiling: access.ceiling,
      grants: grants.map(decisive),
    } as const;
    return { body };
  },

  "access.check": async ({ query, caller }, services) => {
    const { scope, project, environment, flag, principal } = query;
    const { organisationId, access, actor } = caller;
    const who = principal === undefined ? null : principalIn(principal);
    if (who !== null) {
      const { because, allowed } = can(access, "access:read", organisationTarget(organisationId));
      if (!allowed) throw scopeMissing({ scope: "access:read", because }, actor.name);
    }
    const input = { principal: who, scope, project, environment, flag, caller };
    const { by, allowed, because, ...rest } = settled(await explainAccess(input, services));
    const { kind, id, name } = rest.principal;
    return { body: { allowed, because, principal: { kind, id, name }, by: by.map(decisive) } };
  },
};

/** `person:<id>` or `service:<id>`, which the contract has checked. */
function principalIn(text: string) {
  const [kind, id = ""] = text.split(":");
  return { kind: kind === "person" ? "person" : "service", id } as const;
}
