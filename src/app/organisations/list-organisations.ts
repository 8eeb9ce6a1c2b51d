import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { Caller } from "../caller.ts";
import type { Organisation, OrganisationFilter, OrganisationStore } from "./organisation.ts";

/** Those that the caller belongs to; all, for whoever may read every organisation. */
export const listOrganisations = (
  caller: Caller,
  page: PageRequest,
  { organisations }: { readonly organisations: Pick<OrganisationStore, "list"> },
): Promise<Page<Organisation>> => organisations.list(visibleTo(caller), page);

function visibleTo({ access, actor, organisationId }: Caller): OrganisationFilter {
  if (beyond(access, ["organisations:read"], wholeReach(null)).length === 0) return { kind: "all" };
  return actor.kind === "user"
    ? { kind: "of-person", personId: actor.id }
    : { kind: "one", id: organisationId };
}
