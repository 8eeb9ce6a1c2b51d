import { err, ok } from "../result.ts";
import { childPointer } from "../json-pointer.ts";
import type { CompiledCondition, ConditionScope, SegmentMatcher } from "./condition-scope.ts";
import { scalarTest } from "./equality.ts";
import { parseItems } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { resolveSegment } from "./resolve-segment.ts";
import type { ValueTest } from "./value-test.ts";

/** `in_segment` and `not_in_segment` on an attribute: whether it is, or has, a listed text. */
export function listMembershipTest(operand: Operand): ValueTest | undefined {
  const expected = parseTexts(operand);
  if (expected === undefined) return undefined;
  return scalarTest(expected, operand.operator === "not_in_segment", false);
}

/** The same without an attribute: whether the subject is in one of the segments, or in none. */
export function segmentsCondition(
  operator: "in_segment" | "not_in_segment",
  operand: Operand,
  scope: ConditionScope,
): CompiledCondition | undefined {
  const keys = parseTexts(operand);
  if (keys === undefined) return undefined;
  const segments: SegmentMatcher[] = [];
  for (const [index, key] of keys.entries()) {
    const path = Array.isArray(operand.value) ? childPointer(operand.path, index) : operand.path;
    const segment = resolveSegment(key, path, scope);
    if (segment !== undefined) segments.push(segment);
  }
  if (segments.length !== keys.length) return undefined;
  const negative = operator === "not_in_segment";
  return {
    shape: { kind: "segments", operator, segments },
    holds: (subject) => {
      for (const segment of segments) if (segment.holds(subject)) return !negative;
      return negative;
    },
  };
}

function parseTexts(operand: Operand): readonly string[] | undefined {
  return parseItems(operand, "or-one", (item) =>
    typeof item === "string" && item !== "" ? ok(item) : err("is not a text, or is empty"),
  );
}
