import { ok, type Result } from "../result.ts";
import {
  planSealCheck,
  type SealPlan,
  type SealProblem,
  type TrustedKeys,
} from "../signing/check-seal.ts";
import { claimOf } from "../signing/sealed-state.ts";
import { type HeldState, stateAfter, stateOfSnapshot } from "./held-state.ts";
import type { Advance } from "./messages.ts";

/** A state that has arrived at a relay, and is held once its seal is found to be right. */
export interface Arrival {
  readonly next: HeldState;
  /** What it was made from, which is what the store has; `null`: it stands for itself. */
  readonly base: HeldState | null;
  /** What was trusted when the plan was made. */
  readonly trusted: TrustedKeys;
  readonly plan: SealPlan;
}

/** `null`: it begins after what is held, so that it cannot be taken. */
export function arrivalOf(
  held: HeldState | null,
  trusted: TrustedKeys,
  advance: Advance,
): Result<Arrival, SealProblem> | null {
  if (advance.kind === "snapshot") {
    return checked(stateOfSnapshot(advance.snapshot, advance.seal), null, trusted);
  }
  if (held === null || advance.delta.since > held.head.revision) return null;
  return checked(stateAfter(held, advance.delta, advance.seal), held, trusted);
}

/** The same for a state that was held before a restart. */
export function checked(
  next: HeldState,
  base: HeldState | null,
  trusted: TrustedKeys,
): Result<Arrival, SealProblem> {
  const claim = claimOf({ header: next.head, digest: next.digest });
  const plan = planSealCheck(trusted, next.head.seal, claim);
  return plan.ok ? ok({ next, base, trusted, plan: plan.value }) : plan;
}
