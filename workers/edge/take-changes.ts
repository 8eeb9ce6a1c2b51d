import type { ChangesSince } from "../../src/core/authority/authority-api.ts";
import type { PatternCompiler } from "../../src/core/conditions/pattern.ts";
import { applyDelta } from "../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../src/core/evaluation/compile-ruleset.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { Issue } from "../../src/core/issue.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import { checkSeal, type SealProblem } from "../../src/core/signing/check-seal.ts";
import { readSeal } from "../../src/core/signing/read-seal.ts";
import { claimOf, type Received, stateAfter } from "../../src/core/signing/sealed-state.ts";
import type { VerifySignature } from "../../src/core/signing/signature.ts";
import type { HeldEnvironment } from "./held-environments.ts";
import { baseOf, type SealedRuleset } from "./sealed-ruleset.ts";

/** Why an answer could not be used. Names documents and places, never contexts or keys. */
export type RejectedChanges =
  | { readonly kind: "does-not-compile"; readonly first: Issue | undefined }
  | { readonly kind: "other-environment" }
  | { readonly kind: "goes-back"; readonly revision: number }
  | { readonly kind: "environment-vanished" }
  /** Its seal is not the authority's word for it. */
  | { readonly kind: "not-authentic"; readonly seal: SealProblem };

/** A state and its seal, as they came. */
export type SealedReceived = Received & { readonly seal: unknown };

export interface TakingDeps {
  readonly compilePattern: PatternCompiler;
  readonly verify: VerifySignature;
}

/**
 * The newest ruleset, as an answer to "what has changed since `held`" has it; `"unknown"` when
 * there is no such environment. An authority that has forgotten an environment which this
 * isolate holds has lost its storage or is another one: that is no reason to stop evaluating.
 */
export async function takeChanges(
  environment: HeldEnvironment,
  held: SealedRuleset | undefined,
  changes: ChangesSince,
  deps: TakingDeps,
): Promise<Result<SealedRuleset | "unknown", RejectedChanges>> {
  const base = baseOf(environment, held);
  if (changes.kind === "unknown-environment") {
    return held === undefined ? ok("unknown") : err({ kind: "environment-vanished" });
  }
  if (changes.kind !== "current") return takeSealed(environment, base, changes, deps);
  if (base?.ruleset.revision === changes.revision) {
    return ok({ ...base, under: environment.trusted });
  }
  return err({ kind: "goes-back", revision: changes.revision });
}

/**
 * A compiled ruleset, if it is of this environment, not older than what it follows, and sealed by
 * whom the environment trusts.
 */
export async function takeSealed(
  environment: HeldEnvironment,
  base: SealedRuleset | undefined,
  received: SealedReceived,
  { compilePattern, verify }: TakingDeps,
): Promise<Result<SealedRuleset, RejectedChanges>> {
  const state = stateAfter(base?.state ?? null, received);
  const compiled = (): Result<Ruleset, readonly Issue[]> => {
    if (received.kind === "snapshot") return compileRuleset(received.snapshot, { compilePattern });
    return base === undefined
      ? err([])
      : applyDelta(base.ruleset, received.delta, { compilePattern });
  };
  if (state === null) {
    const why = compiled();
    return err({ kind: "does-not-compile", first: why.ok ? undefined : why.error[0] });
  }
  const { environmentId, revision } = state.header;
  if (environmentId !== environment.id) return err({ kind: "other-environment" });
  if (base !== undefined && revision < base.ruleset.revision) {
    return err({ kind: "goes-back", revision });
  }
  const under = environment.trusted;
  const checked = await checkSeal(under, received.seal, claimOf(state), verify);
  if (!checked.ok) return err({ kind: "not-authentic", seal: checked.error });
  const ruleset = compiled();
  if (!ruleset.ok) return err({ kind: "does-not-compile", first: ruleset.error[0] });
  const signers = readSeal(received.seal)?.signers.map(({ publicKey }) => publicKey) ?? [];
  return ok({ ruleset: ruleset.value, state, under, trusted: checked.value, signers });
}
