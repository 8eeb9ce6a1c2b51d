import type { Issue } from "../issue.ts";
import type { UnknownRecord } from "../json.ts";
import type { PatternCompiler } from "./pattern.ts";
import type { Subject } from "./subject.ts";
import type { ConditionTrace, SegmentTrace } from "./trace.ts";

/** What compiling a condition needs from around it, and where it reports what is wrong. */
export interface ConditionScope {
  /** Grows by everything that is wrong with the document. */
  readonly issues: Issue[];
  readonly compilePattern: PatternCompiler;
  /** The segment of that key; `undefined`: there is none. */
  readonly segment: (key: string) => SegmentMatcher | SegmentRefusal | undefined;
  /** All segments' keys, for "did you mean …?"; absent: no such hint. */
  readonly segmentKeys?: () => Iterable<string>;
  /** Where equal comparisons of several documents become one; absent: they do not. */
  readonly shared?: ConditionStock;
  /** How many more conditions the document may hold; share it between a flag's conditions. */
  readonly budget: { nodes: number };
}

/** Keeps compiled comparisons by what they were compiled from. */
export interface ConditionStock {
  /** The condition that was compiled from the same text before; else what `compile` makes of it. */
  of(
    input: UnknownRecord,
    compile: () => CompiledCondition | undefined,
  ): CompiledCondition | undefined;
}

/** The segment exists, and may not be named here. */
export interface SegmentRefusal {
  /** `null` when it was reported where it arose, and need not be once more. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

/** Neither function throws, whatever the context holds. */
export interface CompiledCondition {
  holds(subject: Subject): boolean;
  /** `held` is what `holds` says. Segments in `shown` are not spelled out once more. */
  explain(subject: Subject, shown?: Set<string>): ConditionTrace;
}

export interface SegmentMatcher {
  readonly key: string;
  /** What it was compiled from. */
  readonly source: unknown;
  /** The segments its rules name directly. */
  readonly references: readonly string[];
  readonly holds: (subject: Subject) => boolean;
  /** `held` is what `holds` says. Segments in `shown` are not spelled out once more. */
  readonly explain: (subject: Subject, shown?: Set<string>) => SegmentTrace;
}
