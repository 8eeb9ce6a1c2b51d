import type { AttributePath } from "./attribute-path.ts";
import type { CompiledCondition } from "./condition-scope.ts";
import { absenceNote, valueNote } from "./notes.ts";
import type { Operand } from "./operand.ts";
import type { AttributeTrace } from "./trace.ts";
import { traceValue } from "./trace-value.ts";
import { holdsForList } from "./value-test.ts";
import type { ValueTest } from "./value-test.ts";

/** An attribute and what it is compared with, as one condition. */
export function attributeCondition(
  path: AttributePath,
  operand: Operand,
  test: ValueTest,
): CompiledCondition {
  const { operator, value: expected, ignoreCase } = operand;
  const holdsForOne = test.holds;
  const holds: CompiledCondition["holds"] = (subject) => {
    const value = subject.attribute(path);
    return typeof value === "object"
      ? holdsForList(value, test, subject)
      : holdsForOne(value, subject);
  };
  return {
    holds,
    explain: (subject): AttributeTrace => {
      const value = subject.attribute(path);
      const actual = traceValue(value);
      const note = value === undefined ? absenceNote(path) : valueNote(value, test);
      const shownValue = traceValue(expected);
      return {
        kind: "attribute",
        held: holds(subject),
        attribute: path.name,
        operator,
        ...(shownValue === undefined ? {} : { value: shownValue }),
        ...(ignoreCase ? { ignoreCase } : {}),
        ...(actual === undefined ? {} : { actual }),
        ...(note === undefined ? {} : { note }),
      };
    },
  };
}
