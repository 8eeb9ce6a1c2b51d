import { includes } from "../../core/access/edition.ts";
import type { Feature } from "../../core/access/edition.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { NotIncluded } from "../access/problem.ts";
import type { OrganisationStore } from "./organisation.ts";

/** Refuses what the organisation's edition does not have. */
export async function demandFeature(
  organisationId: string,
  feature: Feature,
  { organisations }: { readonly organisations: Pick<OrganisationStore, "find"> },
): Promise<Result<null, NotIncluded>> {
  const organisation = await organisations.find(organisationId);
  if (organisation === undefined || includes(organisation.edition, feature)) return ok(null);
  return err({ kind: "not-included", feature, edition: organisation.edition });
}
