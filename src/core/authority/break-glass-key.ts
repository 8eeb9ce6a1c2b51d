/**
 * The public half of a key that signs break-glass commands. The private half is handed out when the
 * key is issued and kept nowhere, least of all here.
 */
export interface BreakGlassKey {
  readonly id: string;
  /** Who holds it: `on-call safe`. */
  readonly name: string;
  /** Ed25519, 32 bytes, lower-case hexadecimal. */
  readonly publicKey: string;
  /**
   * From when on what it signs is refused, in milliseconds since the Unix epoch; `null`, or absent
   * in keys from before there was an end: never.
   */
  readonly expiresAtMs?: number | null;
}
