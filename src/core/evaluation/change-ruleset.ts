import type { PatternCompiler } from "../conditions/pattern.ts";
import type { HoldoutDocument } from "../documents/experiment.ts";
import { LIMITS } from "../documents/limits.ts";
import type { Issue } from "../issue.ts";
import { err, ok, type Result } from "../result.ts";
import { experimentDocument, holdoutDocument } from "./check/check-experiment.ts";
import { documentPath, type DocumentStates, type RulesetHeader } from "./check/check-snapshot.ts";
import { type Guard, type Reporting, refuse } from "./check/guard.ts";
import type { StatesByKey } from "./check/check-snapshot.ts";
import { changeFlags } from "./change-flags.ts";
import { changeKeys } from "./change-keys.ts";
import { changeSegments } from "./change-segments.ts";
import { changeSettings } from "./change-settings.ts";
import { checkIndependence } from "./check/check-independence.ts";
import type { Ruleset } from "./ruleset.ts";

/** What compiling needs and the core does not have. */
export interface RulesetDeps {
  readonly compilePattern: PatternCompiler;
}

/** More than this helps nobody who reads them. */
const MOST_ISSUES = 50;

/**
 * The ruleset after the documents took their new states. The one that is handed in stays as it
 * is; what the change does not touch is shared. On failure the error says what is wrong with the
 * new whole, at most 50 issues, at paths such as `/flags/checkout/rules/0/if`.
 */
export function changeRuleset(
  base: Ruleset,
  header: RulesetHeader,
  states: DocumentStates,
  deps: RulesetDeps,
  scope: Reporting,
): Result<Ruleset, readonly Issue[]> {
  const segments = changeSegments(base.segments, states.segment, deps, scope);
  const experiments = changed(base.experiments, states.experiment, experimentDocument, {
    scope,
    pathOf: (key) => documentPath("experiment", key),
  });
  const holdouts = changed(base.holdouts, states.holdout, holdoutDocument, {
    scope,
    pathOf: (key) => documentPath("holdout", key),
  });
  if (states.experiment.size + states.holdout.size > 0) {
    checkIndependence(experiments, holdouts, scope);
  }
  const keys = changeKeys(base.keys, states.key, scope);
  const delivery = changeSettings(base.delivery, states.settings, scope);
  const { flags, flagsByKey } = changeFlags(base, states.flag, {
    ...deps,
    ...scope,
    segments,
    experiments,
    holdouts,
    salt: header.salt,
    changedExperiments: experimentsConcerned(base, states, holdouts),
    mostIssues: MOST_ISSUES,
  });
  checkCount(flags.size, "flag", LIMITS.flagsPerEnvironment, scope);
  checkCount(segments.matchers.size, "segment", LIMITS.segmentsPerEnvironment, scope);
  checkCount(keys.size, "key", LIMITS.keysPerEnvironment, scope);
  if (scope.issues.length > 0) return err(scope.issues.slice(0, MOST_ISSUES));
  return ok({
    ...header,
    flags,
    flagsByKey,
    keys,
    segments: segments.matchers,
    experiments,
    holdouts,
    delivery,
  });
}

/** The documents after their changes; those that fail the guard keep their old state. */
function changed<T>(
  base: ReadonlyMap<string, T>,
  states: StatesByKey,
  guard: Guard<T>,
  where: { readonly scope: Reporting; readonly pathOf: (key: string) => string },
): ReadonlyMap<string, T> {
  if (states.size === 0) return base;
  const next = new Map(base);
  for (const [key, state] of states) {
    if (state === null) next.delete(key);
    else if (guard(state.document, where.pathOf(key), where.scope)) next.set(key, state.document);
  }
  return next;
}

/** Experiments whose gate may be another one than before. */
function experimentsConcerned(
  base: Ruleset,
  states: DocumentStates,
  holdouts: ReadonlyMap<string, HoldoutDocument>,
): ReadonlySet<string> {
  const concerned = new Set(states.experiment.keys());
  for (const key of states.holdout.keys()) {
    for (const holdout of [base.holdouts.get(key), holdouts.get(key)]) {
      for (const experiment of holdout?.experiments ?? []) concerned.add(experiment);
    }
  }
  return concerned;
}

function checkCount(
  count: number,
  kind: "flag" | "segment" | "key",
  limit: number,
  scope: Reporting,
): void {
  if (count <= limit) return;
  refuse(scope, {
    path: `/${kind}s`,
    code: "document.limit",
    message: `holds ${count} ${kind}s; at most ${limit} are allowed in one environment`,
  });
}
