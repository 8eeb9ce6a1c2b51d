import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/handing-on.ts";
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

/** Given and taken by people, so that no provider can make itself master of an organisation. */
const OWNER = "owner";

/**
 * Why the caller may not let a provider or a directory give these roles. Whoever decides who
 * somebody is can become anyone but an owner: that takes an administrator, and more where a role
 * allows more.
 */
export async function rolesFault(
  given: readonly string[],
  { access, organisationId }: Caller,
  deps: { readonly roles: Pick<RoleStore, "find"> },
): Promise<RoleNotGiven | TooMighty | null> {
  const needed = new Set<Scope>(BUILT_IN_ROLES.admin.scopes);
  for (const role of given) {
    // oxlint-disable-next-line no-await-in-loop -- few, and most are built in
    const scopes = await scopesOfRole(organisationId, role, deps);
    if (role === OWNER || !scopes.ok) return { kind: "provider-role-unknown", role };
    for (const scope of scopes.value) needed.add(scope);
  }
  const scopes = beyond(access, [...needed], wholeReach(organisationId));
  return scopes.length === 0 ? null : { kind: "too-mighty", scopes };
}
