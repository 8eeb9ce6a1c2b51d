import type { AuditDraft } from "../../core/audit/entry.ts";

/** Who a session belongs to, as the request that carries it may act. */
export interface SessionPerson {
  readonly sessionId: string;
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly twoFactorEnabled: boolean;
  /** False: they sign in through identity providers alone. */
  readonly hasPassword: boolean;
  /** When they signed in, in milliseconds since the Unix epoch. */
  readonly beganAtMs: number;
  /** An identity provider began it: it stays in that one's organisation, and is never an owner's. */
  readonly byProvider: boolean;
  /** The organisation that the session is in; the person is a member of it now. */
  readonly organisationId: string;
}

/** One sign-in, as its owner sees it. */
export interface SessionSummary {
  readonly id: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface OwnOrganisation {
  readonly id: string;
  readonly name: string;
}

/** A session that begins. */
export interface NewSession extends SessionSummary {
  readonly personId: string;
  readonly tokenHash: string;
}

export interface SessionStore {
  /** Records what `draft` says with it. */
  begin(session: NewSession, draft: AuditDraft): Promise<void>;
  /**
   * Whose token it is; `undefined`: it was ended or has expired, or the person is deactivated or a
   * member of no organisation that the session could be in.
   */
  find(tokenHash: string, nowMs: number): Promise<SessionPerson | undefined>;
  /** The person's sessions that have not ended, the newest first. */
  list(personId: string, nowMs: number): Promise<readonly SessionSummary[]>;
  /** False: the person has no such session. */
  end(personId: string, sessionId: string): Promise<boolean>;
  /** Ends all but `kept`; `null`: all. Returns how many there were. */
  endAll(personId: string, kept: string | null): Promise<number>;
  organisations(personId: string): Promise<readonly OwnOrganisation[]>;
  /** Ties a session to the organisation whose identity provider began it. */
  confine(
    session: Pick<SessionPerson, "sessionId" | "personId">,
    organisationId: string,
  ): Promise<void>;
  /** False: the person is not a member of it, or another one's identity provider began the session. */
  enter(
    session: Pick<SessionPerson, "sessionId" | "personId">,
    organisationId: string,
  ): Promise<boolean>;
}
