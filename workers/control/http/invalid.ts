import type { z } from "zod";
import { invalidInput } from "../../../src/contract/invalid-input.ts";
import type { ProblemError as ErrorEntry } from "../../../src/contract/problem.ts";
import { ProblemError } from "./problem.ts";

type Part = "body" | "path" | "query" | "header";

const NAMES = {
  body: "body is",
  path: "path is",
  query: "query is",
  header: "headers are",
} as const;

/** `request.invalid` with every place that is wrong; the first is repeated in the detail. */
export function invalidRequest(part: Part, errors: readonly Omit<ErrorEntry, "in">[]) {
  const first = errors[0];
  const where = first === undefined || first.path === "" ? "" : ` at ${first.path}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : "";
  return new ProblemError("request.invalid", {
    detail: `The ${NAMES[part]} not valid${where}: ${first?.message ?? "unknown"}${more}.`,
    errors: errors.map((error) => ({ ...error, in: part })),
  });
}

/** What the schema makes of the input, or `request.invalid`. */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  part: Part,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw invalidRequest(part, invalidInput(result.error, input));
  return result.data;
}
