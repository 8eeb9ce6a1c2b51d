import { canonicalJson } from "../json.ts";
import type { SigningKey } from "./seal.ts";

const SEAL_FORMAT = "switchyard.seal/1";
const ENDORSEMENT_FORMAT = "switchyard.signing-key/1";

/** What a seal is an authority's word for: an environment's whole state at one revision. */
export interface SealClaim {
  readonly environmentId: string;
  readonly revision: number;
  readonly acceptedAtMs: number;
  readonly salt: string;
  /** Of a `StateDigest`, as is `keysRoot`. */
  readonly documentsRoot: string;
  readonly keysRoot: string;
}

/** The text that is signed. It names its format, so that no signature of anything else fits. */
export function sealedText(claim: SealClaim): string {
  const { environmentId, revision, acceptedAtMs, salt, documentsRoot, keysRoot } = claim;
  const roots = { documentsRoot, keysRoot };
  return canonicalJson({
    format: SEAL_FORMAT,
    environmentId,
    revision,
    acceptedAtMs,
    salt,
    ...roots,
  });
}

/** The text by which an environment's former key says that another one follows it. */
export function endorsementText(
  environmentId: string,
  { id, publicKey, createdAtMs }: Omit<SigningKey, "endorsement">,
): string {
  return canonicalJson({ format: ENDORSEMENT_FORMAT, environmentId, id, publicKey, createdAtMs });
}
