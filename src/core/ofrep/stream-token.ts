import { environmentId, type EnvironmentId } from "../brand.ts";
import type { SdkKeyEntry } from "../documents/sdk-key-entry.ts";
import { sha256Hex } from "../hash/sha256.ts";

/** What opens an event stream. It names a key, and proves that whoever made it knows its hash. */
export interface StreamToken {
  readonly environmentId: EnvironmentId;
  readonly keyId: string;
  readonly proof: string;
}

/**
 * The token of a key, the same as long as the key is: a browser can send nothing but a URL, and a
 * URL that changes would be a new stream. It opens the stream and nothing else, and says neither
 * the key nor its hash.
 */
export function streamToken(environment: EnvironmentId, key: SdkKeyEntry): string {
  return `${environment}.${key.id}.${proofOf(key)}`;
}

/** Reads a token without asking anyone; `null`: it is none. */
export function readStreamToken(text: string): StreamToken | null {
  const [, environment, keyId, proof] = TOKEN.exec(text) ?? [];
  if (environment === undefined || keyId === undefined || proof === undefined) return null;
  return { environmentId: environmentId(environment), keyId, proof };
}

const TOKEN = /^([a-z0-9]{8,32})\.(.{1,128})\.([0-9a-f]{64})$/;

/** The key that a token is of; `undefined`: it was never issued, or is revoked. */
export function keyOfToken(
  { keyId, proof }: StreamToken,
  keys: Iterable<SdkKeyEntry>,
): SdkKeyEntry | undefined {
  for (const key of keys) {
    if (key.id === keyId && proofOf(key) === proof) return key;
  }
  return undefined;
}

/** The label keeps it apart from every other use of a key's hash. */
const proofOf = ({ hash }: SdkKeyEntry): string => sha256Hex(`switchyard.stream\n${hash}`);
