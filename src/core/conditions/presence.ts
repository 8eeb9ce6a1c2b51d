import type { AttributePath } from "./attribute-path.ts";
import type { CompiledCondition } from "./condition-scope.ts";
import { absenceNote } from "./notes.ts";
import type { AttributeTrace } from "./trace.ts";
import { traceValue } from "./trace-value.ts";

/** `exists` and `not_exists`: any value but `null` is there, an empty text or list too. */
export function presenceCondition(
  operator: "exists" | "not_exists",
  path: AttributePath,
): CompiledCondition {
  const wanted = operator === "exists";
  return {
    holds: (subject) => (subject.attribute(path) !== undefined) === wanted,
    explain: (subject): AttributeTrace => {
      const value = subject.attribute(path);
      const held = (value !== undefined) === wanted;
      const trace = { kind: "attribute", held, attribute: path.name, operator } as const;
      const actual = traceValue(value);
      return actual === undefined ? { ...trace, note: absenceNote(path) } : { ...trace, actual };
    },
  };
}
