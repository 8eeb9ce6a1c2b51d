import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import { epochMs } from "../../../../src/core/brand.ts";
import { compileCondition } from "../../../../src/core/conditions/compile-condition.ts";
import { compileSegments } from "../../../../src/core/conditions/compile-segment.ts";
import type {
  CompiledCondition,
  ConditionScope,
  SegmentMatcher,
} from "../../../../src/core/conditions/condition-scope.ts";
import { Subject } from "../../../../src/core/conditions/subject.ts";
import { LIMITS } from "../../../../src/core/documents/limits.ts";
import type { SegmentDocument } from "../../../../src/core/documents/segment.ts";
import type {
  EvaluationContext,
  PlatformAttributes,
} from "../../../../src/core/evaluation/context.ts";
import type { Issue } from "../../../../src/core/issue.ts";

export const NOON = epochMs(1_767_268_800_000);

export function subjectOf(
  context: EvaluationContext,
  moment: { now?: number; platform?: PlatformAttributes } = {},
): Subject {
  const { platform } = moment;
  const now = epochMs(moment.now ?? NOON);
  return new Subject(context, platform === undefined ? { now } : { now, platform });
}

function scopeOf(segments: ReadonlyMap<string, SegmentMatcher> = new Map()): ConditionScope {
  return {
    issues: [],
    compilePattern: compileRe2,
    segment: (key) => segments.get(key),
    segmentKeys: () => segments.keys(),
    budget: { nodes: LIMITS.conditionNodesPerFlag },
  };
}

export function segmentsOf(
  documents: readonly SegmentDocument[],
): ReadonlyMap<string, SegmentMatcher> {
  const compiled = compileSegments(new Map(documents.map((each) => [each.key, each])), {
    compilePattern: compileRe2,
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

/** A condition that is good; a bad one fails the test that asked. */
export function conditionOf(
  input: unknown,
  segments: readonly SegmentDocument[] = [],
): CompiledCondition {
  const scope = scopeOf(segmentsOf(segments));
  const compiled = compileCondition(input, "", scope);
  if (compiled === undefined) throw new Error(JSON.stringify(scope.issues));
  return compiled;
}

export function issuesOf(
  input: unknown,
  segments: readonly SegmentDocument[] = [],
): readonly Issue[] {
  const scope = scopeOf(segmentsOf(segments));
  const compiled = compileCondition(input, "", scope);
  if ((compiled === undefined) !== scope.issues.length > 0) {
    throw new Error("a condition is compiled exactly when nothing is wrong with it");
  }
  return scope.issues;
}

export function segment(parts: Partial<SegmentDocument> & { key: string }): SegmentDocument {
  return { included: [], excluded: [], rules: [], ...parts };
}
