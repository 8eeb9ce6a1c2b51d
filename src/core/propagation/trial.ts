import { applyDelta } from "../evaluation/apply-delta.ts";
import type { RulesetDeps } from "../evaluation/change-ruleset.ts";
import { compileRuleset } from "../evaluation/compile-ruleset.ts";
import type { Ruleset } from "../evaluation/ruleset.ts";
import { tryOut } from "../evaluation/trial/try-out.ts";
import { changesFrom, type HeldState } from "./held-state.ts";
import type { StageIssue } from "./stage.ts";

/**
 * Does with a state what evaluators would do with it: takes the step to it, or all of it where there
 * is no step, and evaluates what that concerns for every context of the corpus. `null`: nothing is
 * wrong with it.
 *
 * @param base What is held at present; `null`: nothing.
 */
export function trialOf(
  base: HeldState | null,
  next: HeldState,
  deps: RulesetDeps,
): StageIssue | null {
  const before = base === null ? null : rulesetOf(base, deps);
  const changes = changesFrom(next, base?.head.revision ?? null);
  if (changes.kind === "delta" && before !== null) {
    const stepped = applyDelta(before, changes.delta, deps);
    return stepped.ok ? tryOut(stepped.value, before) : first(stepped.error);
  }
  const whole = changesFrom(next, null);
  if (whole.kind !== "snapshot") return null;
  const compiled = compileRuleset(whole.snapshot, deps);
  return compiled.ok ? tryOut(compiled.value, null) : first(compiled.error);
}

function rulesetOf(state: HeldState, deps: RulesetDeps): Ruleset | null {
  const whole = changesFrom(state, null);
  if (whole.kind !== "snapshot") return null;
  const compiled = compileRuleset(whole.snapshot, deps);
  return compiled.ok ? compiled.value : null;
}

const UNNAMED: StageIssue = { path: "", message: "it does not compile" };

function first(issues: readonly StageIssue[]): StageIssue {
  return issues[0] ?? UNNAMED;
}
