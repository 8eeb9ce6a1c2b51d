import type { Issue } from "../issue.ts";
import type { UnknownRecord } from "../json.ts";
import type { AttributePath } from "./attribute-path.ts";
import type { Operand } from "./operand.ts";
import type { PatternCompiler } from "./pattern.ts";
import type { Subject } from "./subject.ts";
import type { SegmentsConditionTrace, SegmentTrace } from "./trace.ts";
import type { ValueTest } from "./value-test.ts";

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

/** It does not throw, whatever the context holds. */
export interface CompiledCondition {
  /** What it is made of, for explaining it. */
  readonly shape: ConditionShape;
  holds(subject: Subject): boolean;
}

/**
 * The parts of a condition. Explaining works on these alone, so that who only evaluates need not
 * carry it: the edge is loaded anew in many places every minute.
 */
export type ConditionShape =
  | { readonly kind: "and" | "or"; readonly conditions: readonly CompiledCondition[] }
  | { readonly kind: "not"; readonly condition: CompiledCondition }
  | { readonly kind: "segment"; readonly segment: SegmentMatcher }
  | {
      readonly kind: "segments";
      readonly operator: SegmentsConditionTrace["operator"];
      readonly segments: readonly SegmentMatcher[];
    }
  | ({ readonly kind: "attribute" } & ComparedAttribute);

/** An attribute, how it is compared, and what was written about that. */
export interface ComparedAttribute {
  readonly path: AttributePath;
  /** `null`: only whether the attribute is there is asked. */
  readonly test: ValueTest | null;
  readonly source: Pick<Operand, "operator" | "value" | "ignoreCase">;
}

export interface SegmentMatcher {
  readonly key: string;
  /** What it was compiled from. */
  readonly source: unknown;
  /** The segments its rules name directly. */
  readonly references: readonly string[];
  /** The attribute that is looked up in the lists of units. */
  readonly unit: AttributePath;
  readonly rules: readonly CompiledCondition[];
  readonly holds: (subject: Subject) => boolean;
  /** What decides whether the subject is in it. */
  readonly cause: (subject: Subject) => SegmentTrace["cause"];
}
