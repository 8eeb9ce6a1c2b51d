import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import { GOVERNING_SCOPES } from "../../core/access/handing-on.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { GrantStore } from "../access/given-grant.ts";
import { scopesOfRole } from "../access/known-role.ts";
import { notThere, unlessTooMighty } from "../access/problem.ts";
import type { NotThere, TooMighty } from "../access/problem.ts";
import type { RoleStore } from "../access/role.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type { Member, MemberStore } from "../identity/invitation.ts";
import type { LastOwner, MembershipRaced, MembershipStore, OwnerDenied } from "./membership.ts";

export interface ChangeRoleInput {
  readonly person: string;
  readonly role: string;
  readonly caller: Caller;
}

export interface PeopleDeps {
  readonly members: Pick<MemberStore, "find">;
  readonly memberships: MembershipStore;
  readonly roles: Pick<RoleStore, "find">;
  readonly grants: Pick<GrantStore, "hangingOn">;
  readonly now: () => number;
}

type Refused = NotThere | TooMighty | LastOwner | MembershipRaced | OwnerDenied;

/**
 * Gives a member another role, which counts from their next request on. The caller must hold both
 * roles' scopes in the whole organisation: nobody gives what they lack, or takes from the mightier.
 */
export async function changeMemberRole(
  { person, role, caller }: ChangeRoleInput,
  deps: PeopleDeps,
): Promise<Result<Member, Refused>> {
  const { organisationId } = caller;
  const before = await deps.members.find(organisationId, person);
  if (before === undefined) return notThere("person", person);
  const wanted = await scopesOfRole(organisationId, role, deps);
  if (!wanted.ok) return wanted;
  const scopes = [...wanted.value, ...(await scopesNow(before, caller, deps))];
  const mayGive = unlessTooMighty(
    beyond(caller.access, [...new Set(scopes)], wholeReach(organisationId)),
  );
  if (!mayGive.ok) return mayGive;
  if (before.role === role) return ok(before);
  const denied = role === "owner" ? await governingDenies(person, caller, deps) : [];
  if (denied.length > 0) return err({ kind: "owner-denied", grants: denied });
  const after = { ...before, role };
  const entry = auditDraft(caller, {
    action: "person.change-role",
    target: { kind: "person", id: person, name: before.name },
    detail: { before: { role: before.role }, after: { role } },
    atMs: deps.now(),
  });
  const membership = { organisationId, personId: person, role: before.role };
  const changed = await deps.memberships.changeRole(membership, role, entry);
  return changed === "committed" ? ok(after) : err(refusal(changed, person));
}

/** What the member may do by the role they have; a role that is gone allows nothing. */
export async function scopesNow(
  { role }: Member,
  { organisationId }: Caller,
  deps: Pick<PeopleDeps, "roles">,
) {
  const known = await scopesOfRole(organisationId, role, deps);
  return known.ok ? known.value : [];
}

export const refusal = (
  outcome: "last-owner" | "raced",
  person: string,
): LastOwner | MembershipRaced =>
  outcome === "raced" ? { kind: "membership-raced", person } : { kind: "last-owner", person };

/** The person's own denies that would keep an owner from governing. */
async function governingDenies(
  id: string,
  { organisationId }: Caller,
  { grants }: Pick<PeopleDeps, "grants">,
): Promise<readonly string[]> {
  const own = await grants.hangingOn(organisationId, [{ kind: "person", id }]);
  return own
    .filter(({ effect, scopes }) => effect === "deny" && scopes.some(isGoverning))
    .map((grant) => grant.id);
}

const isGoverning = (scope: (typeof GOVERNING_SCOPES)[number]) => GOVERNING_SCOPES.includes(scope);
