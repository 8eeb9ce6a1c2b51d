import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { ok, type Result } from "../../core/result.ts";
import { asExpected, unlessTooMighty } from "../access/problem.ts";
import type { NotThere, TooMighty } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { raced, type Changed } from "../expected-version.ts";
import type { Organisation, OrganisationStore } from "./organisation.ts";

export interface PatchOrganisationInput {
  readonly patch: Partial<Pick<Organisation, "name" | "edition">>;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface PatchOrganisationDeps {
  readonly organisations: Pick<OrganisationStore, "find" | "update">;
  readonly now: () => number;
}

/** The edition is the installation's to give: it takes a grant that holds in every organisation. */
export async function patchOrganisation(
  { patch, expectedVersion, caller }: PatchOrganisationInput,
  deps: PatchOrganisationDeps,
): Promise<Result<Organisation, NotThere | Changed | TooMighty>> {
  const { organisationId: id, access } = caller;
  const named = { what: "organisation", key: id } as const;
  const found = asExpected(named, expectedVersion, await deps.organisations.find(id));
  if (!found.ok) return found;
  const before = found.value;
  const now = deps.now();
  const after = { ...before, ...patch, version: before.version + 1, updatedAtMs: now };
  if (after.edition !== before.edition) {
    const mayGive = unlessTooMighty(beyond(access, ["organisations:write"], wholeReach(null)));
    if (!mayGive.ok) return mayGive;
  }
  const entry = auditDraft(caller, {
    action: "organisation.change",
    target: { kind: "organisation", id, name: after.name },
    detail: { before, after },
    atMs: now,
  });
  const updated = await deps.organisations.update(after, entry);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}
