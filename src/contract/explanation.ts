import { z } from "zod";
import { FLAG_TYPES } from "../core/documents/flag.ts";
import type { ExplanationStep } from "../core/evaluation/explanation.ts";
import { isRecord } from "../core/json.ts";
import { JsonValue } from "./json-value.ts";

const Evaluation = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("served"),
      flag: z.string(),
      version: z.int(),
      type: z.enum(FLAG_TYPES),
      variation: z.string(),
      value: JsonValue,
      reason: z.enum(["STATIC", "TARGETING_MATCH", "SPLIT", "DEFAULT"]),
      cause: z.enum(["off", "killed", "prerequisite", "override", "target", "rule", "default"]),
      rule: z.string().nullable().meta({ description: "Id of the override or rule that decided." }),
      experiment: z.string().nullable(),
    }),
    z.object({
      kind: z.literal("disabled").meta({ description: "The caller's own default is used." }),
      flag: z.string(),
      version: z.int(),
      cause: z.enum(["off", "killed", "prerequisite"]),
    }),
    z.object({ kind: z.literal("not-found"), flag: z.string() }),
    z.object({
      kind: z.literal("unit-missing"),
      flag: z.string(),
      version: z.int(),
      attribute: z.string().meta({ description: "Absent or empty in the context." }),
    }),
  ])
  .meta({ id: "Evaluation" });

/** Steps are shown as the evaluator tells them; `kind` says which it is. */
const Step = z
  .custom<ExplanationStep>((step) => isRecord(step) && typeof step["kind"] === "string")
  .meta({ type: "object", properties: { kind: { type: "string" } }, required: ["kind"] });

export const ExplanationResponse = z
  .object({
    revision: z.int().meta({ description: "The ruleset that was evaluated." }),
    evaluation: Evaluation.meta({ description: "What the context gets." }),
    steps: z.array(Step).meta({
      description:
        "Each step taken, in order: conditions with the attribute's actual value and whether " +
        "they held, the bucket and the range it fell in.",
    }),
  })
  .meta({ id: "Explanation" });
