/** A program that uses the management API. What it may do, grants say. */
export interface ServiceAccount {
  /** `[a-z0-9]{16}`, or `bootstrap`. */
  readonly id: string;
  readonly organisationId: string;
  /** Unique in the organisation. */
  readonly name: string;
  readonly description: string | null;
  /** Since when its tokens are refused; `null`: it works. */
  readonly disabledAtMs: number | null;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/**
 * The account whose token is the secret ADMIN_TOKEN. Its name is kept free, so that a new value of
 * the secret can always bring the account back.
 */
export const BOOTSTRAP_ACCOUNT = { id: "bootstrap", name: "bootstrap" } as const;

/** Whether this name is kept for another account. */
export const isReserved = (name: string, id: string): boolean =>
  name === BOOTSTRAP_ACCOUNT.name && id !== BOOTSTRAP_ACCOUNT.id;

export interface ServiceAccountExists {
  readonly kind: "service-account-exists";
  readonly name: string;
}
