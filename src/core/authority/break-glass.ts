import type { Result } from "../result.ts";
import type { Applied } from "./authority-api.ts";
import type { AuthorityProblem } from "./problem.ts";

/** The longest time between a command's `notBeforeMs` and `expiresAtMs`. */
export const BREAK_GLASS_WINDOW_MS = 15 * 60 * 1_000;

/**
 * A kill that needs nobody's permission but a key's: what is signed. Times are milliseconds since
 * the Unix epoch.
 */
export interface BreakGlassCommand {
  readonly format: typeof BREAK_GLASS_FORMAT;
  readonly environmentId: string;
  /** Which break-glass key signs. */
  readonly keyId: string;
  /** Keys; each must be in the environment. */
  readonly flags: readonly string[];
  /** Absent: each flag's off variation; `null`: the caller's own default. */
  readonly variation?: string | null;
  readonly reason: string;
  /** Who signs, in their own words. */
  readonly by: string;
  /** 32 lower-case hexadecimal digits, never used before: the command is accepted once. */
  readonly nonce: string;
  readonly notBeforeMs: number;
  /** At most 15 minutes later. */
  readonly expiresAtMs: number;
}

export const BREAK_GLASS_FORMAT = "switchyard.break-glass/1";

/** A command as it travels. */
export interface SealedCommand {
  /** The JSON of a `BreakGlassCommand`, character by character as it was signed. */
  readonly command: string;
  /** Ed25519 of `signedText(command)`: 128 lower-case hexadecimal digits. */
  readonly signature: string;
}

/**
 * What is signed is more than the command, so that no signature made for anything else fits, and
 * this one fits nothing else.
 */
export function signedText(command: string): string {
  return `${BREAK_GLASS_FORMAT}\n${command}`;
}

/** Every way in which a sealed command is refused before its kill is even tried. */
export type BreakGlassProblem =
  /** `what` follows "The command". */
  | { readonly kind: "break-glass-unreadable"; readonly what: string }
  | { readonly kind: "break-glass-elsewhere"; readonly asked: string; readonly here: string }
  | { readonly kind: "break-glass-key-unknown"; readonly keyId: string }
  | { readonly kind: "break-glass-key-revoked"; readonly keyId: string; readonly atMs: number }
  | {
      readonly kind: "break-glass-key-expired";
      readonly keyId: string;
      readonly expiresAtMs: number;
      readonly nowMs: number;
    }
  | { readonly kind: "break-glass-too-long"; readonly windowMs: number }
  | { readonly kind: "break-glass-early"; readonly notBeforeMs: number; readonly nowMs: number }
  | { readonly kind: "break-glass-expired"; readonly expiresAtMs: number; readonly nowMs: number }
  | { readonly kind: "break-glass-forged"; readonly keyId: string }
  /** It was accepted before, as this revision, and is not done again. */
  | {
      readonly kind: "break-glass-replayed";
      readonly revision: number;
      readonly acceptedAtMs: number;
    };

export type BreakGlassAnswer = Result<Applied, BreakGlassProblem | AuthorityProblem>;

/** What the Environment Durable Object answers to whoever has a sealed command. */
export interface BreakGlassApi {
  breakGlass(sealed: SealedCommand, requestId: string): Promise<BreakGlassAnswer>;
}
