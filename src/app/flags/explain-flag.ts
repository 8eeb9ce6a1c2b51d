import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { epochMs } from "../../core/brand.ts";
import type { PatternCompiler } from "../../core/conditions/pattern.ts";
import { compileRuleset } from "../../core/evaluation/compile-ruleset.ts";
import type { EvaluationContext, PlatformAttributes } from "../../core/evaluation/context.ts";
import { explainFlag } from "../../core/evaluation/explain-flag.ts";
import type { Explanation } from "../../core/evaluation/explanation.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import { askAuthority } from "../environments/ask-authority.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";

export interface ExplainFlagInput {
  readonly place: Place;
  readonly flag: string;
  readonly context: EvaluationContext;
  readonly platform: PlatformAttributes | undefined;
  /** Milliseconds since the Unix epoch; `undefined`: now. */
  readonly nowMs: number | undefined;
}

export interface ExplainFlagDeps extends AuthorityDeps {
  readonly compilePattern: PatternCompiler;
  readonly now: () => number;
}

/** What a context gets from the newest ruleset, and why. */
export async function explainFlagFor(
  { place, flag, context, platform, nowMs }: ExplainFlagInput,
  deps: ExplainFlagDeps,
): Promise<Result<Explanation & { readonly revision: number }, PlaceProblem | AuthorityProblem>> {
  const snapshot = await askAuthority(place, (one) => one.snapshotAt("newest"), deps);
  if (!snapshot.ok) return snapshot;
  const ruleset = compileRuleset(snapshot.value, deps);
  if (!ruleset.ok) return err({ kind: "invalid-document", issues: ruleset.error });
  const now = epochMs(nowMs ?? deps.now());
  const moment = platform === undefined ? { now } : { now, platform };
  const { evaluation, steps } = explainFlag(ruleset.value, flag, context, moment);
  return ok({ evaluation, steps, revision: snapshot.value.revision });
}
