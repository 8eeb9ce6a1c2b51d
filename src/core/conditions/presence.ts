import type { AttributePath } from "./attribute-path.ts";
import type { CompiledCondition } from "./condition-scope.ts";

/** `exists` and `not_exists`: any value but `null` is there, an empty text or list too. */
export function presenceCondition(
  operator: "exists" | "not_exists",
  path: AttributePath,
): CompiledCondition {
  const wanted = operator === "exists";
  const source = { operator, value: undefined, ignoreCase: false };
  return {
    shape: { kind: "attribute", path, test: null, source },
    holds: (subject) => (subject.attribute(path) !== undefined) === wanted,
  };
}
