import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { TrustedKeys } from "../../src/core/signing/check-seal.ts";
import type { SealedState } from "../../src/core/signing/sealed-state.ts";

/** A ruleset whose seal was found to be right, with what is needed to check what follows it. */
export interface SealedRuleset {
  readonly ruleset: Ruleset;
  readonly state: SealedState;
  /** What was trusted when the seal was checked. */
  readonly under: TrustedKeys;
  /** The key that signed. */
  readonly trusted: TrustedKeys;
  /** Public keys that the seal names. */
  readonly signers: readonly string[];
}

/** What is held, if it may be built on: nobody has vouched yet for what the boot copy says. */
export function baseOf(
  { trusted }: { readonly trusted: TrustedKeys },
  held: SealedRuleset | undefined,
): SealedRuleset | undefined {
  return trusted.length === 0 ? undefined : held;
}

/** True when the key that signed `one` vouches for `other`, as its own or as one that follows it. */
export function vouchesFor({ trusted }: SealedRuleset, { signers }: SealedRuleset): boolean {
  return trusted.every((key) => signers.includes(key));
}
