import { beyond } from "../../core/access/can.ts";
import { hexOf } from "../../core/hash/hex.ts";
import { wholeReach } from "../../core/access/grant.ts";
import { BUILT_IN_ROLES } from "../../core/access/roles.ts";
import type { Scope } from "../../core/access/scopes.ts";
import type { AuditDetail, AuditDraft } from "../../core/audit/entry.ts";
import { isEmailAddress } from "../../core/identity/email-address.ts";
import { sha256Hex } from "../../core/hash/sha256.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { scopesOfRole } from "../access/known-role.ts";
import { notThere, type NotThere } from "../access/problem.ts";
import type { RoleStore } from "../access/role.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type { Mailer } from "../email.ts";
import { stateOf } from "./invitation.ts";
import type { Invitation, InvitationState, InvitationStore, MemberStore } from "./invitation.ts";

const DAY_MS = 24 * 60 * 60_000;
const INVITATION_MS = 7 * DAY_MS;
/** Long enough to read a terminal; the next start makes another. */
const FIRST_OWNER_MS = DAY_MS;
const TOKEN_BYTES = 32;

export interface InviteDeps {
  readonly invitations: InvitationStore;
  readonly members: MemberStore;
  readonly mailer: Mailer;
  readonly now: () => number;
  readonly newId: () => string;
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface Issued {
  readonly invitation: Invitation;
  /** The secret of the link: handed out once, stored nowhere. */
  readonly token: string;
}

export const invitationTokenHash = (token: string): string => sha256Hex(token);

/** The page that takes a link up. Its secret is in the fragment, which no server and no log sees. */
export const invitationLink = (origin: string, token: string): string =>
  `${origin}/welcome#invitation=${token}`;

export type InviteProblem =
  | { readonly kind: "email-invalid"; readonly email: string }
  | { readonly kind: "already-member"; readonly email: string }
  | NotThere
  | RoleBeyondOwn;

/** The role allows scopes that the caller has not got themselves, as far as it would reach. */
export interface RoleBeyondOwn {
  readonly kind: "role-beyond-own";
  readonly role: string;
  readonly scopes: readonly Scope[];
}

/**
 * Invites somebody into the caller's organisation, with a role that is built in or the organisation's
 * own and allows no more than the caller may do there themselves. Sends the link if messages go out.
 */
export async function invite(
  input: { readonly email: string; readonly role: string; readonly origin: string },
  caller: Caller,
  deps: InviteDeps & { readonly roles: Pick<RoleStore, "find"> },
): Promise<Result<Issued, InviteProblem>> {
  const email = input.email.trim().toLowerCase();
  if (!isEmailAddress(email)) return err({ kind: "email-invalid", email });
  const wanted = await scopesOfRole(caller.organisationId, input.role, deps);
  if (!wanted.ok) return wanted;
  const scopes = beyond(caller.access, wanted.value, wholeReach(caller.organisationId));
  if (scopes.length > 0) return err({ kind: "role-beyond-own", role: input.role, scopes });
  const person = await deps.members.personByEmail(email);
  const known = person && (await deps.members.find(caller.organisationId, person.id));
  if (known !== undefined) return err({ kind: "already-member", email });
  const issued = await issue({ email, role: input.role, lifeMs: INVITATION_MS }, caller, deps);
  await deps.mailer.send({
    to: email,
    subject: "You are invited to Switchyard",
    text:
      `${caller.actor.name} invites you to Switchyard, as ${input.role}. Open this link within ` +
      `7 days; it works once:\n\n${invitationLink(input.origin, issued.token)}\n`,
  });
  return ok(issued);
}

export interface SomeoneCanSignIn {
  readonly kind: "someone-can-sign-in";
}

/**
 * Makes the link by which the first owner comes in, and voids every earlier one. Refused as soon as
 * anyone can sign in: owners are then made by owners.
 */
export async function issueFirstOwnerLink(
  caller: Caller,
  deps: InviteDeps,
): Promise<Result<Issued, SomeoneCanSignIn | RoleBeyondOwn>> {
  const scopes = beyond(caller.access, BUILT_IN_ROLES.owner.scopes, wholeReach(null));
  if (scopes.length > 0) return err({ kind: "role-beyond-own", role: "owner", scopes });
  if (await deps.members.anyoneCanSignIn()) return err({ kind: "someone-can-sign-in" });
  return ok(await issue({ email: null, role: "owner", lifeMs: FIRST_OWNER_MS }, caller, deps));
}

async function issue(
  offer: { readonly email: string | null; readonly role: string; readonly lifeMs: number },
  caller: Caller,
  deps: InviteDeps,
): Promise<Issued> {
  const createdAtMs = deps.now();
  const token = hexOf(deps.randomBytes(TOKEN_BYTES));
  const invitation = {
    id: deps.newId(),
    organisationId: caller.organisationId,
    email: offer.email,
    role: offer.role,
    invitedBy: caller.actor,
    createdAtMs,
    expiresAtMs: createdAtMs + offer.lifeMs,
    ended: null,
  };
  const { email, role } = invitation;
  const draft = draftOf(invitation, "create", { after: { email, role } }, caller, createdAtMs);
  const hash = invitationTokenHash(token);
  if (email === null) await deps.invitations.replaceFirstOwner(invitation, hash, draft);
  else await deps.invitations.insert(invitation, hash, draft);
  return { invitation, token };
}

const draftOf = (
  { id, email }: Invitation,
  verb: "create" | "cancel",
  detail: AuditDetail,
  caller: Caller,
  atMs: number,
): AuditDraft =>
  auditDraft(caller, {
    action: `${email === null ? "first-owner-link" : "invitation"}.${verb}`,
    target: { kind: "invitation", id, name: email ?? "first owner" },
    detail,
    atMs,
  });

export type CancelProblem =
  | NotThere
  | { readonly kind: "invitation-ended"; readonly state: InvitationState };

/** Voids a link that nobody has used. Cancelling again changes nothing. */
export async function cancelInvitation(
  id: string,
  caller: Caller,
  deps: InviteDeps,
): Promise<Result<Invitation, CancelProblem>> {
  const invitation = await deps.invitations.find(caller.organisationId, id);
  if (invitation === undefined) return notThere("invitation", id);
  const atMs = deps.now();
  const state = stateOf(invitation, atMs);
  if (state === "cancelled") return ok(invitation);
  if (state === "accepted") return err({ kind: "invitation-ended", state });
  const draft = draftOf(invitation, "cancel", {}, caller, atMs);
  if ((await deps.invitations.cancel(id, atMs, draft)) === "ended") {
    return err({ kind: "invitation-ended", state: "accepted" });
  }
  return ok({ ...invitation, ended: { outcome: "cancelled", atMs } });
}
