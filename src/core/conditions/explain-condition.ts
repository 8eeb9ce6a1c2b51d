import { assertNever } from "../result.ts";
import type { ComparedAttribute, CompiledCondition, SegmentMatcher } from "./condition-scope.ts";
import { absenceNote, valueNote } from "./notes.ts";
import { isIn } from "./segment-matcher.ts";
import type { Subject } from "./subject.ts";
import type { AttributeTrace, ConditionTrace, SegmentTrace } from "./trace.ts";
import { traceValue } from "./trace-value.ts";

/**
 * Says how a condition came out, and each of its parts: `held` is what `holds` says.
 *
 * @param shown segments that were spelled out already, and are not once more.
 */
export function explainCondition(
  condition: CompiledCondition,
  subject: Subject,
  shown: Set<string> = new Set(),
): ConditionTrace {
  const { shape } = condition;
  switch (shape.kind) {
    case "and":
    case "or": {
      const { kind } = shape;
      const conditions = shape.conditions.map((each) => explainCondition(each, subject, shown));
      const held = kind === "and" ? conditions.every(isHeld) : conditions.some(isHeld);
      return { kind, held, conditions };
    }
    case "not": {
      const child = explainCondition(shape.condition, subject, shown);
      return { kind: "not", held: !child.held, condition: child };
    }
    case "segment": {
      const segment = explainSegment(shape.segment, subject, shown);
      return { kind: "segment", held: segment.held, segment };
    }
    case "segments": {
      const { operator } = shape;
      const segments = shape.segments.map((each) => explainSegment(each, subject, shown));
      const isInOne = segments.some(isHeld);
      const held = isInOne === (operator === "in_segment");
      return { kind: "segments", held, operator, segments };
    }
    case "attribute":
      return explainAttribute(shape, condition.holds(subject), subject);
    default:
      return assertNever(shape);
  }
}

const isHeld = (trace: { readonly held: boolean }): boolean => trace.held;

function explainSegment(
  { cause: causeOf, key, rules, unit: path }: SegmentMatcher,
  subject: Subject,
  shown: Set<string>,
): SegmentTrace {
  const cause = causeOf(subject);
  const unit = subject.unit(path);
  const isShown = shown.has(key) || cause === "excluded" || cause === "included";
  shown.add(key);
  return {
    segment: key,
    held: isIn(cause),
    cause,
    attribute: path.name,
    ...(unit === undefined ? {} : { unit }),
    ...(isShown ? {} : { rules: rules.map((rule) => explainCondition(rule, subject, shown)) }),
  };
}

function explainAttribute(
  { path, source, test }: ComparedAttribute,
  held: boolean,
  subject: Subject,
): AttributeTrace {
  const { operator, ignoreCase } = source;
  const value = subject.attribute(path);
  const actual = traceValue(value);
  const compared = test === null ? undefined : valueNote(value, test);
  const note = value === undefined ? absenceNote(path) : compared;
  const expected = traceValue(source.value);
  return {
    kind: "attribute",
    held,
    attribute: path.name,
    operator,
    ...(expected === undefined ? {} : { value: expected }),
    ...(ignoreCase ? { ignoreCase } : {}),
    ...(actual === undefined ? {} : { actual }),
    ...(note === undefined ? {} : { note }),
  };
}
