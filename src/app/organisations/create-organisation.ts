import { beyond } from "../../core/access/can.ts";
import type { Edition } from "../../core/access/edition.ts";
import { wholeReach } from "../../core/access/grant.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { notThere, unlessTooMighty } from "../access/problem.ts";
import type { NotThere, TooMighty } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import type { MemberStore } from "../identity/invitation.ts";
import type { Organisation, OrganisationStore } from "./organisation.ts";

export interface CreateOrganisationInput {
  readonly name: string;
  readonly edition: Edition;
  /** E-mail address of somebody who is in the installation; `null`: the caller. */
  readonly owner: string | null;
  readonly caller: Caller;
}

export interface CreateOrganisationDeps {
  readonly organisations: Pick<OrganisationStore, "insert">;
  readonly members: Pick<MemberStore, "personByEmail">;
  readonly now: () => number;
}

/** A program belongs to one organisation, so that another needs a person to own it. */
export interface OwnerRequired {
  readonly kind: "owner-required";
}

/** Makes an organisation with one member, its owner. For whoever may do so in all of them. */
export async function createOrganisation(
  { name, edition, owner, caller }: CreateOrganisationInput,
  deps: CreateOrganisationDeps,
): Promise<Result<Organisation, NotThere | TooMighty | OwnerRequired>> {
  const everywhere = wholeReach(null);
  const mayMake = unlessTooMighty(beyond(caller.access, ["organisations:write"], everywhere));
  if (!mayMake.ok) return mayMake;
  const personId = await ownerOf(owner, caller, deps);
  if (!personId.ok) return personId;
  const now = deps.now();
  const id = derivedId(caller.commandId);
  const organisation = { id, name, edition, version: 1, createdAtMs: now, updatedAtMs: now };
  const entry = auditDraft(
    { ...caller, organisationId: id },
    {
      action: "organisation.create",
      target: { kind: "organisation", id, name },
      detail: { after: organisation, facts: { owner: personId.value } },
      atMs: now,
    },
  );
  const memberId = derivedId(`${caller.commandId} owner`);
  await deps.organisations.insert(organisation, { personId: personId.value, memberId }, entry);
  return ok(organisation);
}

async function ownerOf(
  email: string | null,
  { actor }: Caller,
  { members }: Pick<CreateOrganisationDeps, "members">,
): Promise<Result<string, NotThere | OwnerRequired>> {
  if (email === null) return actor.kind === "user" ? ok(actor.id) : err({ kind: "owner-required" });
  const person = await members.personByEmail(email.trim().toLowerCase());
  return person === undefined ? notThere("person", email) : ok(person.id);
}
