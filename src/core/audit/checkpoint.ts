import { canonicalJson } from "../json.ts";
import type { VerifySignature } from "../signing/signature.ts";
import type { AuditHead } from "./entry.ts";

/** A chain by its name, wherever it is kept. */
export type ChainName =
  | { readonly kind: "organisation"; readonly organisationId: string }
  | {
      readonly kind: "environment";
      readonly organisationId: string;
      readonly environmentId: string;
    };

/** Says under a signature that a chain had this entry: what came before it can no longer change. */
export interface Checkpoint {
  readonly chain: ChainName;
  /** Of an environment's chain, `sequence` is the revision. */
  readonly head: AuditHead;
  /** Milliseconds since the Unix epoch. */
  readonly signedAtMs: number;
  /** Which of the organisation's checkpoint keys. */
  readonly keyId: string;
  /** Absent: an ordinary one, after which no chain may start. */
  readonly prune?: PruneMark;
}

/** What a checkpoint is for that lets a chain start after it: the entries before are kept here. */
export interface PruneMark {
  /** Name of the last archive; the one before it is in that one's header. */
  readonly archive: string;
  /** SHA-256 of that archive's text, 64 lower-case hexadecimal digits. */
  readonly digest: string;
}

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Ed25519, 128 lower-case hexadecimal digits, of `checkpointText`. */
  readonly signature: string;
}

/** What is signed. Begins with its purpose, so that no signature of something else fits. */
export const checkpointText = (checkpoint: Checkpoint): string =>
  `switchyard audit checkpoint\n${canonicalJson(checkpoint)}`;

export const isSignedBy = (
  { checkpoint, signature }: SignedCheckpoint,
  publicKey: string,
  verify: VerifySignature,
): Promise<boolean> => verify({ publicKey, text: checkpointText(checkpoint), signature });

export const isSameChain = (one: ChainName, other: ChainName): boolean =>
  canonicalJson(one) === canonicalJson(other);
