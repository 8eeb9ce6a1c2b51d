import type { VerifySignature } from "../../core/signing/signature.ts";

/** Signs what an organisation's chains hold. */
export interface ChainKey {
  readonly id: string;
  /** Ed25519, 64 lower-case hexadecimal digits. */
  readonly publicKey: string;
  /** 128 lower-case hexadecimal digits. */
  sign(text: string): Promise<string>;
  readonly verify: VerifySignature;
}

export interface ChainKeys {
  /** The organisation's key; made when it is asked for the first time. */
  of(organisationId: string): Promise<ChainKey>;
}
