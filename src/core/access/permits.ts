import { can, canEverywhere } from "./can.ts";
import { wholeReach, type Access, type GrantReach, type Target } from "./grant.ts";
import { ALL_SCOPES, type Scope } from "./scopes.ts";

const EVERYWHERE = wholeReach(null);

/** What the platform itself acts with, such as when it takes back a change that did harm. */
export const PLATFORM_ACCESS: Access = {
  grants: [{ effect: "allow", scopes: ALL_SCOPES, on: EVERYWHERE }],
  ceiling: null,
};

const permits = (scopes: readonly Scope[], on: Partial<GrantReach>): Access => ({
  grants: [{ effect: "allow", scopes, on: { ...EVERYWHERE, ...on } }],
  ceiling: null,
});

/**
 * What somebody may do to one target, as it is handed to those who know neither the organisation
 * nor its units and tags: it holds for that project and environment and nowhere else.
 */
export const permitsOn = (access: Access, target: Target): Access =>
  permits(
    ALL_SCOPES.filter((scope) => can(access, scope, target).allowed),
    { projectId: target.projectId, environmentId: target.environmentId },
  );

/** What somebody may do everywhere in the organisation, likewise. */
export const permitsEverywhere = (access: Access, organisationId: string): Access =>
  permits(
    ALL_SCOPES.filter((scope) => canEverywhere(access, scope, organisationId)?.allowed === true),
    {},
  );
