import type { Scope } from "../../core/access/scopes.ts";
import type { ExpiryProblem, TokenLife } from "../../core/access/token-life.ts";
import type { Principal } from "../access/principal.ts";
import type { Changed } from "../expected-version.ts";

/** A token of the management API, as it is stored: without the token itself. */
export interface Token extends TokenLife {
  /** `[a-z0-9]{16}`, part of the token's text. */
  readonly id: string;
  /** Whose grants it carries. */
  readonly owner: Principal;
  readonly name: string;
  /** What it may be used for, of what its owner may do; `null`: all of it. */
  readonly scopes: readonly Scope[] | null;
  readonly hash: string;
  /** The last characters of the token. */
  readonly hint: string;
  /** To the minute; `null`: never. */
  readonly lastUsedAtMs: number | null;
  /** The token that took its place when it was rotated. */
  readonly replacedBy: string | null;
  /** Id of who issued it. */
  readonly issuedBy: string;
  readonly version: number;
  readonly updatedAtMs: number;
}

/** A token as it is handed over. `secret` is `null` when it was handed over before. */
export interface HandedToken {
  readonly token: Token;
  readonly secret: string | null;
}

export interface TokenNotFound {
  readonly kind: "token-not-found";
  readonly token: string;
}

/** It cannot be rotated: it does not work any more, or was rotated before. */
export interface TokenEnded {
  readonly kind: "token-ended";
  readonly token: string;
  readonly why: "revoked" | "expired" | "replaced";
  readonly replacedBy: string | null;
}

/** It would allow more than the one who issues it may do. */
export interface TokenTooMighty {
  readonly kind: "token-too-mighty";
  /** What the issuer lacks. */
  readonly scopes: readonly Scope[];
}

export type TokenProblem = TokenNotFound | TokenEnded | Changed | TokenTooMighty | ExpiryProblem;
