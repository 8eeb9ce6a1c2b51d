import type { SdkKeyEntry } from "../../src/core/documents/sdk-key-entry.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { type ParsedSdkKey, sdkKeyHash } from "../../src/core/keys/sdk-key.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import { readSdkKey } from "./credentials.ts";

/** Why a well-formed key opens nothing. `status`: 401, not a valid key; 403, not here. */
export interface KeyRefusal {
  readonly status: 401 | 403;
  readonly details: string;
}

/** More keys than this are seldom in use at one place; further ones are hashed each time. */
const MOST_REMEMBERED = 1_000;

/**
 * Reads keys and looks them up in a ruleset's key table. Verified texts are remembered with the
 * ruleset that verified them, so that a revoked key ends with the revision that revoked it.
 */
export class KeyRing {
  readonly #read = new Map<string, Result<ParsedSdkKey, never>>();
  readonly #verified = new WeakMap<Ruleset, Map<string, SdkKeyEntry>>();

  /** As `readSdkKey`. Well-formed keys are remembered: reading one takes longer than evaluating. */
  read(headers: Headers): Result<ParsedSdkKey, string> {
    const header = headers.get("authorization") ?? "";
    const known = this.#read.get(header);
    if (known !== undefined) return known;
    const read = readSdkKey(headers);
    // Other ways to send it are rare, and may be of any length.
    if (!read.ok || header !== `Bearer ${read.value.text}`) return read;
    // Whoever sends many made-up keys costs the others what reading theirs once more does.
    if (this.#read.size >= MOST_REMEMBERED) this.#read.clear();
    this.#read.set(header, read);
    return read;
  }

  /** The key's entry; `undefined`: never issued, or revoked. */
  find(ruleset: Ruleset, key: ParsedSdkKey): SdkKeyEntry | undefined {
    const verified = this.#verified.get(ruleset) ?? new Map<string, SdkKeyEntry>();
    const known = verified.get(key.text);
    if (known !== undefined) return known;
    const entry = ruleset.keys.get(sdkKeyHash(key.text));
    // Only good keys are remembered: bad ones are free to make, and would push out the others.
    if (entry === undefined || entry.kind !== key.kind) return undefined;
    if (verified.size < MOST_REMEMBERED) verified.set(key.text, entry);
    this.#verified.set(ruleset, verified);
    return entry;
  }
}

export const UNKNOWN_KEY: KeyRefusal = {
  status: 401,
  details:
    "The SDK key is not valid: it was revoked, or it belongs to another installation. Issue a key for the environment and use that.",
};

/**
 * Whether a known key is good at this moment and place. A client key with a list of origins needs
 * one of them: who sends none is no browser and must use a key without a list.
 */
export function checkUse(
  entry: SdkKeyEntry,
  headers: Headers,
  nowMs: number,
): Result<SdkKeyEntry, KeyRefusal> {
  if (entry.expiresAtMs !== null && nowMs >= entry.expiresAtMs) {
    const when = new Date(entry.expiresAtMs).toISOString();
    return err({ status: 401, details: `The SDK key expired at ${when}. Use its replacement.` });
  }
  if (entry.kind === "server" || entry.origins.length === 0) return ok(entry);
  const origin = headers.get("origin");
  if (entry.origins.some((allowed) => isSameOrigin(allowed, origin))) return ok(entry);
  return err({
    status: 403,
    details:
      origin === null
        ? "This client key is for browsers on certain origins, and the request names no origin. Use a client key without origins for apps."
        : `This client key may not be used on origin ${JSON.stringify(origin)}. Add the origin to the key, or use another key there.`,
  });
}

/** Origins are compared as browsers write them: lower case, without a slash at the end. */
function isSameOrigin(allowed: string, origin: string | null): boolean {
  return origin !== null && allowed.toLowerCase().replace(/\/$/, "") === origin.toLowerCase();
}
