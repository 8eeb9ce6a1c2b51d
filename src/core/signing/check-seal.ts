import { err, ok, type Result } from "../result.ts";
import { endorsementText, type SealClaim, sealedText } from "./claim.ts";
import { readSeal } from "./read-seal.ts";
import type { SignatureCheck, VerifySignature } from "./signature.ts";

/**
 * Public keys of which a reader believes every seal: 64 lower-case hexadecimal digits each. Empty:
 * it has had no contact yet, and a seal is right that is right by its own keys.
 */
export type TrustedKeys = readonly string[];

export type SealProblem =
  /** It has no seal, or one that cannot be read. */
  | { readonly kind: "unsealed" }
  /** None of the keys that it names is trusted. */
  | { readonly kind: "untrusted-key"; readonly keyId: string }
  /** A key that it names is not endorsed by the one before it. */
  | { readonly kind: "unendorsed-key"; readonly keyId: string }
  /** It is not the key's signature of this state. */
  | { readonly kind: "forged"; readonly keyId: string };

/** What must be found out before a seal is believed. */
export interface SealPlan {
  /** The last one is the seal's own; those before it are endorsements. */
  readonly checks: readonly SignatureCheck[];
  readonly keyId: string;
  /** What is trusted instead of what was, once all of them are found to be right. */
  readonly trusted: TrustedKeys;
}

/**
 * Which signatures a seal rests on: all that it names, also those from before the trusted key, so
 * that what is handed on is right for readers that trust an older one.
 */
export function planSealCheck(
  trusted: TrustedKeys,
  input: unknown,
  claim: SealClaim,
): Result<SealPlan, SealProblem> {
  const seal = readSeal(input);
  if (seal === null) return err({ kind: "unsealed" });
  const { keyId, keysRoot, signature, signers } = seal;
  if (keysRoot !== claim.keysRoot) return err({ kind: "forged", keyId });
  const isKnown = signers.some((key) => trusted.includes(key.publicKey));
  if (trusted.length > 0 && !isKnown) return err({ kind: "untrusted-key", keyId });
  const checks: SignatureCheck[] = [];
  let former: string | null = null;
  for (const key of signers) {
    if (former !== null) {
      if (key.endorsement === null) return err({ kind: "unendorsed-key", keyId: key.id });
      const text = endorsementText(claim.environmentId, key);
      checks.push({ publicKey: former, text, signature: key.endorsement });
    }
    former = key.publicKey;
  }
  if (former === null) return err({ kind: "unsealed" });
  checks.push({ publicKey: former, text: sealedText(claim), signature });
  return ok({ checks, keyId, trusted: [former] });
}

/** What the checks of a plan, in their order, come to: whom to trust from now on. */
export function concludeSealCheck(
  { keyId, trusted }: SealPlan,
  isRight: readonly boolean[],
): Result<TrustedKeys, SealProblem> {
  if (isRight.at(-1) !== true) return err({ kind: "forged", keyId });
  return isRight.every(Boolean) ? ok(trusted) : err({ kind: "unendorsed-key", keyId });
}

/**
 * Whether a seal is the word of a trusted key, or of one that follows it, for a state. The answer
 * is the key to be trusted from then on, instead of what was: the former ones no longer are.
 */
export async function checkSeal(
  trusted: TrustedKeys,
  seal: unknown,
  claim: SealClaim,
  verify: VerifySignature,
): Promise<Result<TrustedKeys, SealProblem>> {
  const plan = planSealCheck(trusted, seal, claim);
  if (!plan.ok) return plan;
  return concludeSealCheck(plan.value, await Promise.all(plan.value.checks.map(verify)));
}
