import { derivedKeyring, keyringOf } from "../../src/adapters/crypto/envelope.ts";
import type { Keyring } from "../../src/adapters/crypto/envelope.ts";
import type { ControlEnv } from "./env.ts";

/** Made once for each secret that an isolate has seen; there is one, but for tests. */
const made = new Map<string, Keyring>();

/**
 * The keys that seal the audit log's details. Without `AUDIT_KEYS` one is made from the admin token,
 * which suits a development machine: whoever replaces that token loses the details. Rejects with a
 * `KeyringError` when `AUDIT_KEYS` is no list of keys.
 */
export async function auditKeyring({
  AUDIT_KEYS: keys = "",
  ADMIN_TOKEN: token = "",
}: Pick<ControlEnv, "AUDIT_KEYS" | "ADMIN_TOKEN">): Promise<Keyring> {
  const secret = keys === "" ? `token:${token}` : `keys:${keys}`;
  const known = made.get(secret);
  if (known !== undefined) return known;
  const keyring = await (keys === "" ? derivedKeyring(token, "audit details") : keyringOf(keys));
  made.set(secret, keyring);
  return keyring;
}
