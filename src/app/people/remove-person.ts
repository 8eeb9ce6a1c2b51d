import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { notThere, unlessTooMighty } from "../access/problem.ts";
import type { NotThere, TooMighty } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type { Member } from "../identity/invitation.ts";
import { refusal, scopesNow } from "./change-role.ts";
import type { PeopleDeps } from "./change-role.ts";
import type { LastOwner, MembershipRaced } from "./membership.ts";

/**
 * Ends a membership. From the next request on, the person's sessions and tokens do nothing in the
 * organisation; its history keeps their name.
 */
export async function removePerson(
  { person, caller }: { readonly person: string; readonly caller: Caller },
  deps: PeopleDeps,
): Promise<Result<Member, NotThere | TooMighty | LastOwner | MembershipRaced>> {
  const { organisationId, access } = caller;
  const before = await deps.members.find(organisationId, person);
  if (before === undefined) return notThere("person", person);
  const { role } = before;
  const scopes = await scopesNow(before, caller, deps);
  const mayTake = unlessTooMighty(beyond(access, scopes, wholeReach(organisationId)));
  if (!mayTake.ok) return mayTake;
  const entry = auditDraft(caller, {
    action: "person.remove",
    target: { kind: "person", id: person, name: before.name },
    detail: { before: { role } },
    atMs: deps.now(),
  });
  const removed = await deps.memberships.remove({ organisationId, personId: person, role }, entry);
  return removed === "committed" ? ok(before) : err(refusal(removed, person));
}
