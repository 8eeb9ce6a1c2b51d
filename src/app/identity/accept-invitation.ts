import { isEmailAddress } from "../../core/identity/email-address.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import { stateOf } from "./invitation.ts";
import type { Acceptance, Invitation, InvitationState } from "./invitation.ts";
import { invitationTokenHash } from "./invite.ts";
import type { InviteDeps } from "./invite.ts";
import { PASSWORD } from "./password.ts";
import type { SessionPerson } from "./session.ts";

export interface AcceptInput {
  readonly token: string;
  /** Who is signed in in the browser that opened the link, if anyone. */
  readonly session: SessionPerson | undefined;
  /** What a new person gives; a known one needs none of it. */
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly password: string | undefined;
  readonly requestId: string;
}

export interface AcceptDeps extends InviteDeps {
  readonly hashPassword: (password: string) => Promise<string>;
}

export interface Accepted {
  readonly invitation: Invitation;
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  /** The person is new: nothing but the password tells who they are yet. */
  readonly isNew: boolean;
}

export type AcceptProblem =
  | { readonly kind: "link-void"; readonly state: InvitationState | "unknown" }
  | { readonly kind: "link-of-another"; readonly email: string }
  | { readonly kind: "sign-in-first"; readonly email: string }
  | { readonly kind: "detail-missing"; readonly field: "name" | "email" | "password" }
  | { readonly kind: "email-invalid"; readonly email: string }
  | { readonly kind: "password-length"; readonly length: number };

/**
 * Takes a link up: a new person with a password of their own, or somebody who is signed in, becomes
 * a member. Works once, also when two take it up at the same time.
 */
export async function acceptInvitation(
  input: AcceptInput,
  deps: AcceptDeps,
): Promise<Result<Accepted, AcceptProblem>> {
  const invitation = await deps.invitations.findByToken(invitationTokenHash(input.token));
  if (invitation === undefined) return err({ kind: "link-void", state: "unknown" });
  const state = stateOf(invitation, deps.now());
  if (state !== "open") return err({ kind: "link-void", state });
  // The first owner's link says nothing about who holds it: it counts while nobody else can.
  if (invitation.email === null && (await deps.members.anyoneCanSignIn())) {
    return err({ kind: "link-void", state: "cancelled" });
  }
  const { session } = input;
  if (session !== undefined && invitation.email !== null) {
    if (session.email !== invitation.email) {
      return err({ kind: "link-of-another", email: session.email });
    }
    const { personId, name, email } = session;
    const accepted = { invitation, personId, name, email, isNew: false };
    return finish(accepted, personId, input, deps);
  }
  const given = newcomer(input, invitation);
  if (!given.ok) return given;
  const { name, email, password } = given.value;
  if ((await deps.members.personByEmail(email)) !== undefined) {
    return err({ kind: "sign-in-first", email });
  }
  const person = { id: deps.newId(), name, email, passwordHash: await deps.hashPassword(password) };
  const accepted = { invitation, personId: person.id, name, email, isNew: true };
  return finish(accepted, person, input, deps);
}

async function finish(
  accepted: Accepted,
  person: Acceptance["person"],
  { requestId }: AcceptInput,
  deps: AcceptDeps,
): Promise<Result<Accepted, AcceptProblem>> {
  const { invitation, personId, email } = accepted;
  const { id, organisationId, role } = invitation;
  const atMs = deps.now();
  const actor = { kind: "user", id: personId, name: email } as const;
  const draft = auditDraft(
    { organisationId, actor, reason: null, requestId },
    {
      action: "invitation.accept",
      target: { kind: "invitation", id, name: email },
      detail: { after: { person: personId, role } },
      atMs,
    },
  );
  const acceptance = { invitation, person, memberId: deps.newId(), atMs };
  const committed = await deps.invitations.accept(acceptance, draft);
  if (committed === "ended") return err({ kind: "link-void", state: "accepted" });
  return ok(accepted);
}

interface Newcomer {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

function newcomer(input: AcceptInput, invitation: Invitation): Result<Newcomer, AcceptProblem> {
  const email = addressOf(input, invitation);
  if (!email.ok) return email;
  const name = input.name?.trim() ?? "";
  const password = input.password ?? "";
  if (name === "") return err({ kind: "detail-missing", field: "name" });
  if (password === "") return err({ kind: "detail-missing", field: "password" });
  if (password.length < PASSWORD.shortest || password.length > PASSWORD.longest) {
    return err({ kind: "password-length", length: password.length });
  }
  return ok({ name, email: email.value, password });
}

/** The invitation's own, whatever is given. */
function addressOf(
  { email: given }: AcceptInput,
  { email: invited }: Invitation,
): Result<string, AcceptProblem> {
  const email = invited ?? given?.trim().toLowerCase() ?? "";
  if (email === "") return err({ kind: "detail-missing", field: "email" });
  return isEmailAddress(email) ? ok(email) : err({ kind: "email-invalid", email });
}
