import type { CompiledCondition } from "./condition-scope.ts";

/** True when every condition holds; of none, true. */
export const allOf = (conditions: readonly CompiledCondition[]): CompiledCondition => ({
  shape: { kind: "and", conditions },
  holds: holdsAll(conditions),
});

/** True when at least one condition holds; of none, false. */
export const anyOf = (conditions: readonly CompiledCondition[]): CompiledCondition => ({
  shape: { kind: "or", conditions },
  holds: holdsAny(conditions),
});

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
