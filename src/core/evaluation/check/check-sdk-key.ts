import type { SdkKeyEntry } from "../../documents/sdk-key-entry.ts";
import { isRecord } from "../../json.ts";
import { type Guard, nullable, type Reporting, refuseType } from "./guard.ts";
import { listOf } from "./list-guard.ts";
import { objectOf, required } from "./object-guard.ts";
import { epochMilliseconds, keyText, oneOf, textOf } from "./value-guards.ts";

const SHA256_HEX = /^[0-9a-f]{64}$/;
const LONGEST_ORIGIN = 300;

const hash: Guard<string> = (input, path, scope): input is string =>
  (typeof input === "string" && SHA256_HEX.test(input)) ||
  refuseType(scope, path, "a SHA-256 as 64 lower-case hexadecimal digits", input);

const members = objectOf<SdkKeyEntry, Reporting>("an SDK key", {
  id: required(keyText),
  kind: required(oneOf(["server", "client"])),
  hash: required(hash),
  expiresAtMs: required(nullable(epochMilliseconds)),
  origins: required(listOf(textOf({ min: 1, max: LONGEST_ORIGIN }), { of: "origins" })),
});

/**
 * The entry of an SDK key, or `undefined` when it is none. No person writes these, so more
 * members than a ruleset needs are left out and not refused.
 */
export function readSdkKey(
  input: unknown,
  path: string,
  scope: Reporting,
): SdkKeyEntry | undefined {
  if (!isRecord(input)) {
    refuseType(scope, path, "an SDK key", input);
    return undefined;
  }
  const { id, kind, hash, expiresAtMs, origins } = input;
  const entry = { id, kind, hash, expiresAtMs, origins };
  return members(entry, path, scope) ? entry : undefined;
}
