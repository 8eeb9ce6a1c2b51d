import { invariant } from "../../core/result.ts";
import { bytesOf, hexOf } from "../../core/hash/hex.ts";
import { base64Bytes } from "./base64.ts";

/** A text that only the holder of the key can read. */
export interface Sealed {
  /** Which key of the ring it was. */
  readonly keyId: string;
  /** Nonce, ciphertext and tag, in lower-case hexadecimal. */
  readonly sealed: string;
}

/** Keys of which the first seals, and all open what they have sealed. */
export interface Keyring {
  /** Id of the key that seals. */
  readonly sealsWith: string;
  /** Ids of all. */
  readonly opensWith: readonly string[];
  /** `context` is bound to it: it opens in the same context alone. */
  seal(text: string, context: string): Promise<Sealed>;
  /** `null`: the ring has not the key that sealed it, or it or its context is not what it was. */
  open(sealed: Sealed, context: string): Promise<string | null>;
}

interface NamedKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/** Why a text is no ring of keys, for whoever set it. */
export class KeyringError extends Error {
  override readonly name = "KeyringError";
}

const ALGORITHM = "AES-GCM";
const NONCE_BYTES = 12;
const KEY_BYTES = 32;

/**
 * The ring that a secret's text describes: `id:base64,id:base64`, each key 32 bytes, of which the
 * first seals. Throws `KeyringError`, which never holds a key, when it describes none.
 */
export async function keyringOf(text: string): Promise<Keyring> {
  return ringOf(await keysOf(text));
}

async function keysOf(text: string): Promise<readonly NamedKey[]> {
  const parts = text.split(",").map((part) => part.trim());
  const keys = await Promise.all(parts.filter((part) => part !== "").map(keyOf));
  if (keys.length === 0) throw new KeyringError("names no key");
  return keys;
}

/** Such a ring that also opens what the derived ring of another secret has sealed. */
export async function keyringBefore(text: string, secret: string, purpose: string) {
  return ringOf([...(await keysOf(text)), await derivedKey(secret, purpose)]);
}

/** A ring of one key that is made from another secret, named after what it is. */
export async function derivedKeyring(secret: string, purpose: string): Promise<Keyring> {
  return ringOf([await derivedKey(secret, purpose)]);
}

async function derivedKey(secret: string, purpose: string): Promise<NamedKey> {
  const encoder = new TextEncoder();
  const base = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, [
    "deriveBits",
  ]);
  const made = (info: string, bytes: number) =>
    crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(info) },
      base,
      bytes * 8,
    );
  const id = hexOf(new Uint8Array(await made(`${purpose} id`, 4)));
  return { id: `derived-${id}`, key: await imported(await made(purpose, KEY_BYTES)) };
}

function ringOf(keys: readonly NamedKey[]): Keyring {
  const [first] = keys;
  invariant(first !== undefined, "a ring has a key");
  return {
    sealsWith: first.id,
    opensWith: keys.map(({ id }) => id),
    async seal(text, context) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const plain = new TextEncoder().encode(text);
      const encrypted = await crypto.subtle.encrypt(settings(nonce, context), first.key, plain);
      return { keyId: first.id, sealed: hexOf(nonce) + hexOf(new Uint8Array(encrypted)) };
    },
    async open({ keyId, sealed }, context) {
      const named = keys.find(({ id }) => id === keyId);
      if (named === undefined) return null;
      const bytes = bytesOf(sealed);
      const nonce = bytes.slice(0, NONCE_BYTES);
      const encrypted = bytes.slice(NONCE_BYTES);
      try {
        const plain = await crypto.subtle.decrypt(settings(nonce, context), named.key, encrypted);
        return new TextDecoder().decode(plain);
      } catch {
        return null;
      }
    },
  };
}

const settings = (nonce: Uint8Array<ArrayBuffer>, context: string) => ({
  name: ALGORITHM,
  iv: nonce,
  additionalData: new TextEncoder().encode(context),
});

const imported = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["encrypt", "decrypt"]);

async function keyOf(part: string): Promise<NamedKey> {
  const [, id, encoded] = /^([a-z0-9-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(part) ?? [];
  if (id === undefined || encoded === undefined) {
    throw new KeyringError("has a part that is not `id:` and 32 bytes in base64");
  }
  const bytes = base64Bytes(encoded);
  invariant(bytes.length === KEY_BYTES, "43 characters and a padding are 32 bytes");
  return { id, key: await imported(bytes) };
}
