import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Actor } from "../../core/authority/actor.ts";

/** An offer to come into an organisation, taken up by a link that works once. */
export interface Invitation {
  readonly id: string;
  readonly organisationId: string;
  /** Lower case; `null`: for the first owner, who gives their own. */
  readonly email: string | null;
  readonly role: string;
  readonly invitedBy: Actor;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** `null`: nobody has ended it; it may have expired. */
  readonly ended: InvitationEnd | null;
}

export interface InvitationEnd {
  readonly outcome: "accepted" | "cancelled";
  readonly atMs: number;
}

export type InvitationState = "open" | "accepted" | "cancelled" | "expired";

export function stateOf({ ended, expiresAtMs }: Invitation, nowMs: number): InvitationState {
  if (ended !== null) return ended.outcome;
  return expiresAtMs <= nowMs ? "expired" : "open";
}

/** Somebody who is not in the installation yet. */
export interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** As the library that checks it stores it. */
  readonly passwordHash: string;
}

export interface Acceptance {
  readonly invitation: Invitation;
  /** Who joins: a new person, or the id of one who is there. */
  readonly person: NewPerson | string;
  readonly memberId: string;
  readonly atMs: number;
}

export interface InvitationStore {
  /** As every change here, with the entry that tells of it, or not at all. */
  insert(invitation: Invitation, tokenHash: string, draft: AuditDraft): Promise<void>;
  /** The same, and every earlier link that would make a first owner ends. */
  replaceFirstOwner(invitation: Invitation, tokenHash: string, draft: AuditDraft): Promise<void>;
  /** The newest last; the cursor is the last id. */
  list(organisationId: string, page: PageRequest): Promise<Page<Invitation>>;
  find(organisationId: string, id: string): Promise<Invitation | undefined>;
  findByToken(tokenHash: string): Promise<Invitation | undefined>;
  /** All or nothing. `ended`: another request ended the invitation first, or the person is there. */
  accept(acceptance: Acceptance, draft: AuditDraft): Promise<"committed" | "ended">;
  cancel(id: string, atMs: number, draft: AuditDraft): Promise<"committed" | "ended">;
}

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly twoFactorEnabled: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly joinedAtMs: number;
  readonly deactivatedAtMs: number | null;
}

export interface MemberStore {
  /** By id; the cursor is the last id. */
  list(organisationId: string, page: PageRequest): Promise<Page<Member>>;
  find(organisationId: string, personId: string): Promise<Member | undefined>;
  personByEmail(email: string): Promise<{ readonly id: string; readonly name: string } | undefined>;
  /** Ids of the organisations that the person is a member of. */
  organisationsOf(personId: string): Promise<readonly string[]>;
  /** True when at least one person has a way to sign in. */
  anyoneCanSignIn(): Promise<boolean>;
}
