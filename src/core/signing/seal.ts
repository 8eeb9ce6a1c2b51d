/**
 * An authority's word for the state of its environment at one revision: an Ed25519 signature over
 * `sealedText`. It is the same for a snapshot and for every delta that leads to that revision,
 * because it covers what the receiver holds afterwards, and not what was sent.
 */
export interface Seal {
  /** The key that signed; the last of `signers`. */
  readonly keyId: string;
  /** Lowercase hexadecimal, 128 digits. */
  readonly signature: string;
  /**
   * The digest of the environment's SDK keys, of which clients are told nothing else. Who holds the
   * keys compares it with their own digest.
   */
  readonly keysRoot: string;
  /** The environment's signing keys from an older one to the newest, each endorsed by the former. */
  readonly signers: readonly SigningKey[];
}

/** The public half of a key by which an authority signs. */
export interface SigningKey {
  /** The first 16 hexadecimal digits of the SHA-256 of `publicKey`'s bytes. */
  readonly id: string;
  /** Lowercase hexadecimal, 64 digits. */
  readonly publicKey: string;
  readonly createdAtMs: number;
  /** The former key's signature over `endorsementText`; `null`: this is the environment's first. */
  readonly endorsement: string | null;
}
