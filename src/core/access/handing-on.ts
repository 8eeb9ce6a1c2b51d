import { beyond } from "./can.ts";
import { wholeReach, type Access, type Grant } from "./grant.ts";
import { ALL_SCOPES, type Scope } from "./scopes.ts";

/** The scopes of these grants that `access` lacks somewhere where they hold, and so cannot give. */
export const cannotGive = (access: Access, grants: readonly Grant[]): readonly Scope[] =>
  distinct(grants.flatMap(({ scopes, on }) => beyond(access, scopes, on)));

/**
 * The scopes of these denies that `access` cannot give back by taking them away. A deny that binds
 * oneself (`isOwn`) is taken away by another, or else it would bind nobody; only whoever was
 * granted everything in the organisation is master of their own, so that none is shut for good.
 */
export function cannotLift(
  access: Access,
  denies: readonly Grant[],
  { organisationId, isOwn }: { readonly organisationId: string; readonly isOwn: boolean },
): readonly Scope[] {
  if (isMaster(access, organisationId)) return [];
  return isOwn ? distinct(denies.flatMap(({ scopes }) => scopes)) : cannotGive(access, denies);
}

function isMaster({ grants, ceiling }: Access, organisationId: string): boolean {
  const given = { grants: grants.filter(({ effect }) => effect === "allow"), ceiling };
  return beyond(given, ALL_SCOPES, wholeReach(organisationId)).length === 0;
}

const distinct = (scopes: readonly Scope[]): readonly Scope[] => [...new Set(scopes)].toSorted();

/** Without these all over the organisation, nobody can put right what was done to its grants. */
export const GOVERNING_SCOPES: readonly Scope[] = [
  "organisations:read",
  "organisations:write",
  "members:read",
  "members:write",
  "access:read",
  "access:write",
];

/** What endpoints above all projects ask for: a grant on a unit neither gives nor denies it. */
const ABOVE_PROJECTS = [
  "organisations",
  "members",
  "access",
  "tokens",
  "identity",
  "audit",
  "privacy",
];

/** What grants on a project, or on the unit that it is in, are about. */
export const PROJECT_SCOPES: readonly Scope[] = ALL_SCOPES.filter(
  (scope) => !ABOVE_PROJECTS.some((area) => scope.startsWith(`${area}:`)),
);
