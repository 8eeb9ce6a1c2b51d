import {
  derivedKeyring,
  keyringBefore,
  KeyringError,
  keyringOf,
} from "../../src/adapters/crypto/envelope.ts";
import type { Keyring } from "../../src/adapters/crypto/envelope.ts";
import type { ControlEnv } from "./env.ts";

/** Made once for each pair of secrets that an isolate has seen; there is one, but for tests. */
const made = new Map<string, Keyring>();

/**
 * The keys that seal the audit log's details. Without `AUDIT_KEYS` one is made from the admin token,
 * which suits a development machine: whoever replaces that token loses the details. With both, that
 * key opens what it has sealed, so that `AUDIT_KEYS` can be set later. Rejects with a `KeyringError`
 * when `AUDIT_KEYS` is no list of keys, or neither is set.
 */
export async function auditKeyring({
  AUDIT_KEYS: keys = "",
  ADMIN_TOKEN: token = "",
}: Pick<ControlEnv, "AUDIT_KEYS" | "ADMIN_TOKEN">): Promise<Keyring> {
  const secrets = JSON.stringify([keys, token]);
  const known = made.get(secrets);
  if (known !== undefined) return known;
  const keyring = await keyringFrom(keys, token);
  made.set(secrets, keyring);
  return keyring;
}

const PURPOSE = "audit details";

async function keyringFrom(keys: string, token: string): Promise<Keyring> {
  if (keys !== "") return token === "" ? keyringOf(keys) : keyringBefore(keys, token, PURPOSE);
  // A key that is made from nothing is one that everybody can make.
  if (token === "") throw new KeyringError("is not set, and neither is ADMIN_TOKEN");
  return derivedKeyring(token, PURPOSE);
}
