import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Token } from "./token.ts";

/** A token with what must be known of its owner to let it in. */
export interface KnownToken {
  readonly token: Token;
  /** For people who read logs. */
  readonly ownerName: string;
  /**
   * False when the owner may do nothing any more: a disabled or deleted service account, a person
   * who is deactivated or has left the organisation.
   */
  readonly ownerStands: boolean;
}

/** Where a token that comes with a request is looked up. */
export interface TokenDirectory {
  find(id: string): Promise<KnownToken | undefined>;
  /** Writes down that a token was used; what is there already may be later. */
  used(id: string, atMs: number): Promise<void>;
  /**
   * Enters the token that the installation was given from outside, and ends those that it was given
   * before. Its owner is made, or brought back, and may do everything everywhere. Does nothing when
   * the token is there.
   */
  enter(token: Token, ownerName: string, entry: AuditDraft): Promise<void>;
}
