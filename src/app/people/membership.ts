import type { AuditDraft } from "../../core/audit/entry.ts";

/** Which person, in which organisation, with which role. */
export interface Membership {
  readonly organisationId: string;
  readonly personId: string;
  readonly role: string;
}

/**
 * Writes to memberships. `"last-owner"`: nobody else who can sign in would be an owner then.
 * `"raced"`: the membership has changed. Either leaves all as it was.
 */
export interface MembershipStore {
  changeRole(
    before: Membership,
    role: string,
    entry: AuditDraft,
  ): Promise<"committed" | "last-owner" | "raced">;
  /**
   * With the person's places in teams, and the grants that hang on them here; with the last
   * membership, those on the whole installation too.
   */
  remove(before: Membership, entry: AuditDraft): Promise<"committed" | "last-owner" | "raced">;
}

/** Nobody would be left who may do everything. */
export interface LastOwner {
  readonly kind: "last-owner";
  readonly person: string;
}

/** Somebody changed or ended the membership at this very moment. */
export interface MembershipRaced {
  readonly kind: "membership-raced";
  readonly person: string;
}

/** An owner who may not govern is none: the denies that hang on the person go first. */
export interface OwnerDenied {
  readonly kind: "owner-denied";
  /** Ids of the grants. */
  readonly grants: readonly string[];
}
