import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import { BUILT_IN_ROLES } from "../../core/access/roles.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { scopesOfRole } from "../access/known-role.ts";
import type { TooMighty } from "../access/problem.ts";
import type { RoleStore } from "../access/role.ts";
import type { Caller } from "../caller.ts";

export interface RoleNotGiven {
  readonly kind: "provider-role-unknown";
  readonly role: string;
}

/** More is given and taken by people, so that no provider makes itself master of an organisation. */
const ADMINS: readonly Scope[] = BUILT_IN_ROLES.admin.scopes;
const isAdmins = (scope: Scope) => ADMINS.includes(scope);

/**
 * Why the caller may not let a provider or a directory give these roles. Whoever decides who
 * somebody is can become anyone who is not above providers: that takes an administrator. No role
 * that allows more than theirs is given, since whoever had it could not sign in by the provider.
 */
export async function rolesFault(
  given: readonly string[],
  { access, organisationId }: Caller,
  deps: { readonly roles: Pick<RoleStore, "find"> },
): Promise<RoleNotGiven | TooMighty | null> {
  for (const role of given) {
    const scopes = await scopesOfRole(organisationId, role, deps);
    if (!scopes.ok || !scopes.value.every(isAdmins)) return { kind: "provider-role-unknown", role };
  }
  const scopes = beyond(access, ADMINS, wholeReach(organisationId));
  return scopes.length === 0 ? null : { kind: "too-mighty", scopes };
}
