import { SharedConditions } from "../conditions/shared-conditions.ts";
import type { PatternCompiler } from "../conditions/pattern.ts";
import type { ExperimentDocument, HoldoutDocument } from "../documents/experiment.ts";
import type { Versioned } from "../documents/snapshot.ts";
import type { ChangedSegments } from "./change-segments.ts";
import { documentPath, type StatesByKey } from "./check/check-snapshot.ts";
import type { Reporting } from "./check/guard.ts";
import { compileFlag, type CompileFlagScope } from "./compile-flag.ts";
import { schemesOf } from "./compile-outcome.ts";
import type { CompiledFlag } from "./compiled-flag.ts";
import { compileGate, type ExperimentGate } from "./experiment-gate.ts";
import type { FlagChanges, FlagTable } from "./flag-table.ts";
import { checkPrerequisites } from "./prerequisite-graph.ts";
import type { Ruleset } from "./ruleset.ts";

export interface ChangeFlagsScope extends Reporting {
  readonly compilePattern: PatternCompiler;
  readonly salt: string;
  readonly segments: ChangedSegments;
  readonly experiments: ReadonlyMap<string, ExperimentDocument>;
  readonly holdouts: ReadonlyMap<string, HoldoutDocument>;
  readonly changedExperiments: ReadonlySet<string>;
  /** Compiling stops when there are so many. */
  readonly mostIssues: number;
}

type Flags = Pick<Ruleset, "flags" | "flagsByKey">;

/** The flags after their changes, those compiled anew that use something which has changed. */
export function changeFlags(base: Flags, states: StatesByKey, scope: ChangeFlagsScope): Flags {
  const affected = new Map<string, Versioned<unknown> | null>(states);
  for (const flag of flagsUsing(base.flagsByKey, scope)) {
    if (!affected.has(flag.key)) affected.set(flag.key, flag);
  }
  if (affected.size === 0) return base;

  const changes = new Map<string, CompiledFlag | null>();
  const broken = new Set<string>();
  const compileScope = compileScopeOf(scope);
  let relink = false;
  for (const [key, state] of affected) {
    if (scope.issues.length >= scope.mostIssues) return base;
    const after =
      state === null ? undefined : compileFlag(state, documentPath("flag", key), compileScope);
    if (after === undefined && state !== null) broken.add(key);
    changes.set(key, after ?? null);
    relink ||= changesReferences(base.flags.get(key), after);
  }
  const flags = base.flags.with(changes);
  const flagsByKey = sorted(base.flagsByKey, changes, flags);
  if (relink) checkPrerequisites({ flags, flagsByKey }, broken, states, scope);
  return { flags, flagsByKey };
}

/** Flags whose compiled form rests on a segment or experiment that has changed. */
function flagsUsing(
  flags: readonly CompiledFlag[],
  { segments: { changed }, changedExperiments }: ChangeFlagsScope,
): readonly CompiledFlag[] {
  if (changed.size === 0 && changedExperiments.size === 0) return [];
  return flags.filter(
    ({ segments, experiments }) =>
      intersects(segments, changed) || intersects(experiments, changedExperiments),
  );
}

function intersects(used: ReadonlySet<string>, changed: ReadonlySet<string>): boolean {
  for (const key of used) if (changed.has(key)) return true;
  return false;
}

function compileScopeOf(scope: ChangeFlagsScope): CompileFlagScope {
  const { segments } = scope;
  return {
    issues: scope.issues,
    compilePattern: scope.compilePattern,
    segment: (key) =>
      segments.matchers.get(key) ?? (segments.known.has(key) ? { refusal: null } : undefined),
    segmentKeys: () => segments.known.keys(),
    shared: new SharedConditions(),
    schemeOf: schemesOf(scope.salt),
    gate: gatesOf(scope),
  };
}

function gatesOf({
  experiments,
  holdouts,
  salt,
}: ChangeFlagsScope): (experiment: string) => ExperimentGate | undefined {
  const listing = new Map<string, HoldoutDocument[]>();
  for (const holdout of holdouts.values()) {
    for (const experiment of holdout.experiments) {
      listing.set(experiment, [...(listing.get(experiment) ?? []), holdout]);
    }
  }
  const gates = new Map<string, ExperimentGate | undefined>();
  return (experiment) => {
    if (!gates.has(experiment)) {
      const out = listing.get(experiment) ?? [];
      gates.set(experiment, compileGate(experiments.get(experiment), out, salt));
    }
    return gates.get(experiment);
  };
}

/** True when prerequisites, of this flag or on it, have to be looked at again. */
function changesReferences(
  before: CompiledFlag | undefined,
  after: CompiledFlag | undefined,
): boolean {
  if (after === undefined) return true;
  const { prerequisites, variations } = after.document;
  if (before === undefined) return prerequisites.length > 0;
  const keys = new Set(variations.map(({ key }) => key));
  return (
    before.document.variations.some(({ key }) => !keys.has(key)) ||
    JSON.stringify(before.document.prerequisites) !== JSON.stringify(prerequisites)
  );
}

/** From so many changes on, sorting all at once costs less than finding each place. */
const MANY = 64;

function sorted(
  base: readonly CompiledFlag[],
  changes: FlagChanges,
  flags: FlagTable,
): readonly CompiledFlag[] {
  if (changes.size > MANY) {
    return [...flags.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }
  const next = [...base];
  for (const [key, flag] of changes) {
    const place = placeOf(key, next);
    const replaced = next[place]?.key === key ? 1 : 0;
    if (flag === null) next.splice(place, replaced);
    else next.splice(place, replaced, flag);
  }
  return next;
}

/** Where the key is, or belongs. */
function placeOf(key: string, flags: readonly CompiledFlag[]): number {
  let low = 0;
  let high = flags.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((flags[middle]?.key ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
