/** One Ed25519 signature, and what it is said to be of. */
export interface SignatureCheck {
  /** 64 lower-case hexadecimal digits. */
  readonly publicKey: string;
  /** Signed as UTF-8. */
  readonly text: string;
  readonly signature: string;
}

/** Both halves of an Ed25519 key, each 32 bytes in lower-case hexadecimal. */
export interface SigningKeyPair {
  readonly publicKey: string;
  readonly seed: string;
}

/** Whether an Ed25519 signature is right. Never rejects: what cannot be checked is wrong. */
export type VerifySignature = (check: SignatureCheck) => Promise<boolean>;
