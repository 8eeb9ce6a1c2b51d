import { BUILT_IN_ROLES, isBuiltInRole } from "../../core/access/roles.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { ok, type Result } from "../../core/result.ts";
import { notThere, type NotThere } from "./problem.ts";
import type { RoleStore } from "./role.ts";

/** What a role allows: a built-in one, or one of the organisation's own. */
export async function scopesOfRole(
  organisationId: string,
  role: string,
  { roles }: { readonly roles: Pick<RoleStore, "find"> },
): Promise<Result<readonly Scope[], NotThere>> {
  if (isBuiltInRole(role)) return ok(BUILT_IN_ROLES[role].scopes);
  const own = await roles.find(organisationId, role);
  return own === undefined ? notThere("role", role) : ok(own.scopes);
}
