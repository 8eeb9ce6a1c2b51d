import type { CompiledCondition } from "./condition-scope.ts";
import type { GroupTrace } from "./trace.ts";

type Holds = CompiledCondition["holds"];

/** True when every condition holds; of none, true. */
export function allOf(conditions: readonly CompiledCondition[]): CompiledCondition {
  return {
    holds: holdsAll(conditions.map((condition) => condition.holds)),
    explain: (subject, shown = new Set()): GroupTrace => {
      const traces = conditions.map((condition) => condition.explain(subject, shown));
      return { kind: "and", held: traces.every((trace) => trace.held), conditions: traces };
    },
  };
}

/** True when at least one condition holds; of none, false. */
export function anyOf(conditions: readonly CompiledCondition[]): CompiledCondition {
  return {
    holds: holdsAny(conditions.map((condition) => condition.holds)),
    explain: (subject, shown = new Set()): GroupTrace => {
      const traces = conditions.map((condition) => condition.explain(subject, shown));
      return { kind: "or", held: traces.some((trace) => trace.held), conditions: traces };
    },
  };
}

// Groups of up to three, which nearly all are, call their parts without a loop.

function holdsAll(parts: readonly Holds[]): Holds {
  const [first, second, third] = parts;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (third === undefined) return (subject) => first(subject) && second(subject);
  if (parts.length === 3) return (subject) => first(subject) && second(subject) && third(subject);
  return (subject) => {
    for (const holds of parts) if (!holds(subject)) return false;
    return true;
  };
}

function holdsAny(parts: readonly Holds[]): Holds {
  const [first, second, third] = parts;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  if (third === undefined) return (subject) => first(subject) || second(subject);
  if (parts.length === 3) return (subject) => first(subject) || second(subject) || third(subject);
  return (subject) => {
    for (const holds of parts) if (holds(subject)) return true;
    return false;
  };
}
