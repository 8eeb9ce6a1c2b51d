import { z } from "zod";
import { nearestName } from "../core/conditions/nearest-name.ts";

/**
 * An object that refuses every field it does not know, with a message that names the field and
 * the nearest known one. Several unknown fields give one line each, in the order of the issue.
 */
export function strictObject<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownField(key, known)).join("\n")
        : undefined,
  });
}

function unknownField(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  const name = JSON.stringify(key);
  if (nearest !== undefined) return `unknown field ${name}; did you mean "${nearest}"?`;
  if (known.length === 0) return `unknown field ${name}; no fields are expected here`;
  return `unknown field ${name}; known are ${known.join(", ")}`;
}
