import { z } from "zod";
import { BUCKETING_SCHEMES } from "../core/documents/flag.ts";
import { DocumentKey } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

const Bucket = z.int().min(0).max(100_000);

const RolloutShare = strictObject({
  key: DocumentKey.meta({ description: "Key of the variation." }),
  weight: z
    .number()
    .min(0)
    .max(100)
    .meta({ description: "Percent, 0 to 100, at most three decimals; 0 never matches." }),
  ranges: z
    .array(z.tuple([Bucket, Bucket]))
    .exactOptional()
    .meta({
      description:
        "The buckets, `[from, to)` of 0 to 100,000, that get this variation. The authority " +
        "writes them so that an edit moves as few units as possible; send back what you read.",
    }),
});

const Rollout = strictObject({
  unit: z
    .string()
    .min(1)
    .max(500)
    .default("targetingKey")
    .meta({ description: "The attribute whose value is hashed." }),
  variations: z
    .array(RolloutShare)
    .min(1)
    .meta({
      description:
        "Weights sum to at most 100; the part that is missing to 100 gets the flag's `default`, " +
        "whose own weights sum to exactly 100.",
    }),
  salt: z
    .string()
    .min(1)
    .max(200)
    .exactOptional()
    .meta({ description: "Absent: the flag's salt." }),
  scheme: z
    .enum(BUCKETING_SCHEMES)
    .exactOptional()
    .meta({ description: "How a unit becomes a bucket; absent: `unit-v2`." }),
  experiment: DocumentKey.exactOptional().meta({
    description: "Key of the experiment whose exposures this rollout makes.",
  }),
}).meta({ id: "Rollout" });

/** What a rule or the default serves. */
export const Outcome = z
  .union([strictObject({ variation: DocumentKey }), strictObject({ rollout: Rollout })], {
    error: (issue) =>
      issue.code === "invalid_union"
        ? "an outcome is either {variation} or {rollout: {variations: [{key, weight}]}}"
        : undefined,
  })
  .meta({
    id: "Outcome",
    description: "One variation, or a share of units for each of several.",
    examples: [{ variation: "on" }, { rollout: { variations: [{ key: "on", weight: 25 }] } }],
  });
