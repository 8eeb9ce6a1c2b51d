import type { PatternCompiler } from "../conditions/pattern.ts";
import { documentPath } from "../evaluation/check/check-snapshot.ts";
import { applyDelta } from "../evaluation/apply-delta.ts";
import { compileRuleset } from "../evaluation/compile-ruleset.ts";
import { tryOut } from "../evaluation/trial/try-out.ts";
import type { Ruleset } from "../evaluation/ruleset.ts";
import type { Issue } from "../issue.ts";
import { err, ok, type Result } from "../result.ts";
import { deltaTo } from "./delta.ts";
import { type DocumentVersion, isServedKind } from "./document-version.ts";
import { brokenLimit } from "./limits.ts";
import type { AuthorityProblem } from "./problem.ts";
import { type EnvironmentState, snapshotOf } from "./state.ts";

export interface GateOptions {
  readonly compilePattern: PatternCompiler;
  /** True lets a change through that breaks a limit, and does not try it out: it must not fail. */
  readonly isUrgent: boolean;
}

/**
 * Accepts a proposed state when the compiler that serves it accepts it and every flag that the
 * change concerns has an answer for every context of a fixed corpus, and gives its ruleset.
 * When the present state itself does not compile (its compiler has become stricter), the whole
 * proposal is compiled instead, so that the change that repairs it is accepted.
 */
export function gate(
  before: EnvironmentState,
  after: EnvironmentState,
  versions: readonly DocumentVersion[],
  options: GateOptions,
): Result<Ruleset, AuthorityProblem> {
  const broken = options.isUrgent ? null : brokenLimit(before, after, versions);
  if (broken !== null) return err(broken);
  const refused = (issues: readonly Issue[]): Result<never, AuthorityProblem> =>
    err({ kind: "invalid-document", issues: issues.map(relativeTo(versions)) });
  const present = presentRuleset(before, options);
  const compiled: Result<Ruleset, readonly Issue[]> =
    present === null
      ? compileRuleset(snapshotOf(after), options)
      : applyDelta(present, deltaTo(after, before.head.revision, versions), options);
  if (!compiled.ok) return refused(compiled.error);
  const issue = options.isUrgent ? null : tryOut(compiled.value, present);
  return issue === null ? ok(compiled.value) : refused([issue]);
}

/**
 * Issues are found in the environment as a whole: `/flags/checkout/rules/0`. Of a command about one
 * document, those in it are shown as places in it: `/rules/0`.
 */
function relativeTo(versions: readonly DocumentVersion[]): (issue: Issue) => Issue {
  const [only, another] = versions;
  const isOne = only !== undefined && another === undefined;
  if (!isOne || !isServedKind(only)) return (issue) => issue;
  const prefix = documentPath(only.kind, only.key);
  return (issue) =>
    issue.path === prefix || issue.path.startsWith(`${prefix}/`)
      ? { ...issue, path: issue.path.slice(prefix.length) }
      : issue;
}

function presentRuleset(state: EnvironmentState, options: GateOptions): Ruleset | null {
  if (state.ruleset !== null) return state.ruleset;
  const compiled = compileRuleset(snapshotOf(state), options);
  return compiled.ok ? compiled.value : null;
}
