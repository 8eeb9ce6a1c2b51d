import { z } from "zod";
import { OPERATORS } from "../core/documents/condition.ts";
import type { Condition as CoreCondition } from "../core/documents/condition.ts";
import { DocumentKey } from "./fields.ts";
import { JsonValue } from "./json-value.ts";
import { strictObject } from "./strict-object.ts";

const AttributeCondition = strictObject({
  attribute: z
    .string()
    .min(1)
    .max(500)
    .exactOptional()
    .meta({
      description:
        "Name of the attribute: looked up literally first, then as a dotted path. " +
        "Absent only with `in_segment` and `not_in_segment`, whose value then names segments.",
    }),
  operator: z.enum(OPERATORS),
  value: JsonValue.exactOptional().meta({
    description: "What the attribute is compared with; absent only with `exists`, `not_exists`.",
  }),
  ignoreCase: z
    .boolean()
    .exactOptional()
    .meta({ description: "Folds both sides to lower case; for text and equality operators." }),
}).meta({ id: "AttributeCondition" });

/**
 * Who a rule is for. Recursive; bodies are limited in depth before they come here. One value
 * type serves requests and answers alike: a condition is stored exactly as it was sent.
 */
export const Condition: z.ZodType<CoreCondition, CoreCondition> = z
  .lazy(() =>
    z.union(
      [
        AttributeCondition,
        strictObject({ segment: DocumentKey }),
        strictObject({ and: z.array(Condition) }),
        strictObject({ or: z.array(Condition) }),
        strictObject({ not: Condition }),
      ],
      {
        error: (issue) =>
          issue.code === "invalid_union"
            ? "a condition is one of {attribute, operator, value}, {segment}, {and: [...]}, " +
              "{or: [...]} and {not: ...}"
            : undefined,
      },
    ),
  )
  .meta({
    id: "Condition",
    description:
      "Holds or does not, for a context. Nested at most 16 levels; an empty `and` is true, an " +
      "empty `or` false.",
    examples: [{ attribute: "plan", operator: "in", value: ["premium", "enterprise"] }],
  });
