import { sha256Hex } from "../hash/sha256.ts";
import {
  SECRET_DIGITS,
  SECRET_RANDOM_BYTES,
  hasChecksum,
  secretDigits,
  withChecksum,
} from "../keys/checked-text.ts";
import { err, invariant, ok, type Result } from "../result.ts";

// A management token is `sym_<id>_<secret><checksum>`: 16 characters of id, which lists show too,
// then 39 digits. The alphabet is that of one word in an editor, a URL and a header, and the fixed
// prefix lets secret scanners find leaked tokens. SDK keys, which begin with `sy_`, are others.

const PREFIX = "sym_";
const TOKEN_PATTERN = /^sym_([a-z0-9]{16})_[A-Za-z0-9]{39}$/;
const ID_PATTERN = /^[a-z0-9]{16}$/;

/** How many random bytes `formatToken` wants. */
export const TOKEN_RANDOM_BYTES = SECRET_RANDOM_BYTES;

/** A token that is well formed. Whether anyone issued it, only the table of tokens knows. */
export interface ParsedToken {
  readonly id: string;
  /** The whole token: a secret. */
  readonly text: string;
}

/**
 * `not-a-token`: something else altogether. `cut-off`, `too-long`: it begins as a token does.
 * `checksum`: it has the shape of a token, but at least one character is wrong.
 */
export type TokenProblem = "not-a-token" | "cut-off" | "too-long" | "checksum";

const TOKEN_LENGTH = PREFIX.length + 16 + 1 + SECRET_DIGITS + 6;

/** Reads a token without asking anyone. Every change of a single character is found. */
export function parseToken(text: string): Result<ParsedToken, TokenProblem> {
  if (!text.startsWith(PREFIX)) return err("not-a-token");
  if (text.length < TOKEN_LENGTH) return err("cut-off");
  if (text.length > TOKEN_LENGTH) return err("too-long");
  const id = TOKEN_PATTERN.exec(text)?.[1];
  if (id === undefined || !hasChecksum(text)) return err("checksum");
  return ok({ id, text });
}

/**
 * Makes a token of fresh random bytes (`TOKEN_RANDOM_BYTES` of them, used for nothing else).
 * Throws when the id is not `[a-z0-9]{16}`, or the bytes are too few.
 */
export function formatToken(id: string, randomBytes: Uint8Array): string {
  invariant(ID_PATTERN.test(id), "a token's id is [a-z0-9]{16}");
  return withChecksum(`${PREFIX}${id}_${secretDigits(randomBytes)}`);
}

/** What is stored instead of the token: lower-case hexadecimal SHA-256 of its whole text. */
export const tokenHash = (text: string): string => sha256Hex(text);

/** The last four characters. They are the checksum's, and leave 172 bits of the secret unknown. */
export const tokenHint = (text: string): string => text.slice(-4);
