import { cannotGive } from "../../core/access/handing-on.ts";
import { type Grant, type GrantReach, wholeReach } from "../../core/access/grant.ts";
import { BUILT_IN_ROLES } from "../../core/access/roles.ts";
import type { AccessStore } from "../access/access-store.ts";

/** What an admin lacks is not had in a part of an organisation, whatever a grant there says. */
const isNarrowed = (on: GrantReach, organisationId: string) =>
  on.organisationId === organisationId &&
  (on.unitId !== null || on.projectId !== null || on.environmentId !== null || on.tag !== null);

/**
 * Whether these grants of a person allow more than an identity provider or a directory can give: what
 * an admin may do in the whole organisation. Whoever sets providers up decides who somebody is, so
 * that providers and directories speak for nobody who is above that, and no admin becomes an owner.
 * What everyone was granted counts for nothing.
 */
export async function isAboveProviders(
  grants: readonly Grant[],
  organisationId: string,
  { grantsOf }: Pick<AccessStore, "grantsOf">,
): Promise<boolean> {
  const allowed = grants.filter(
    ({ effect, on }) => effect === "allow" && !isNarrowed(on, organisationId),
  );
  const admins: Grant = {
    effect: "allow",
    scopes: BUILT_IN_ROLES.admin.scopes,
    on: wholeReach(organisationId),
  };
  if (cannotGive({ grants: [admins], ceiling: null }, allowed).length === 0) return false;
  // A service account without grants of its own has everyone's.
  const everyones = await grantsOf({ kind: "service", id: "", organisationId });
  const given = everyones.filter(({ effect }) => effect === "allow");
  return cannotGive({ grants: [admins, ...given], ceiling: null }, allowed).length > 0;
}
