import type { CompiledCondition } from "./condition-scope.ts";
import type { GroupTrace } from "./trace.ts";

/** True when every condition holds; of none, true. */
export function allOf(conditions: readonly CompiledCondition[]): CompiledCondition {
  return {
    holds: holdsAll(conditions),
    explain: (subject, shown = new Set()): GroupTrace => {
      const traces = conditions.map((condition) => condition.explain(subject, shown));
      return { kind: "and", held: traces.every((trace) => trace.held), conditions: traces };
    },
  };
}

/** True when at least one condition holds; of none, false. */
export function anyOf(conditions: readonly CompiledCondition[]): CompiledCondition {
  return {
    holds: holdsAny(conditions),
    explain: (subject, shown = new Set()): GroupTrace => {
      const traces = conditions.map((condition) => condition.explain(subject, shown));
      return { kind: "or", held: traces.some((trace) => trace.held), conditions: traces };
    },
  };
}

// Groups of up to three, which nearly all are, ask their parts without a loop.

function holdsAll(parts: readonly CompiledCondition[]): CompiledCondition["holds"] {
  const [first, second, third] = parts;
  if (first === undefined) return () => true;
  if (second === undefined) return (subject) => first.holds(subject);
  if (third === undefined) return (subject) => first.holds(subject) && second.holds(subject);
  if (parts.length === 3) {
    return (subject) => first.holds(subject) && second.holds(subject) && third.holds(subject);
  }
  return (subject) => parts.every((part) => part.holds(subject));
}

function holdsAny(parts: readonly CompiledCondition[]): CompiledCondition["holds"] {
  const [first, second, third] = parts;
  if (first === undefined) return () => false;
  if (second === undefined) return (subject) => first.holds(subject);
  if (third === undefined) return (subject) => first.holds(subject) || second.holds(subject);
  if (parts.length === 3) {
    return (subject) => first.holds(subject) || second.holds(subject) || third.holds(subject);
  }
  return (subject) => parts.some((part) => part.holds(subject));
}
