import { z } from "zod";
import { EpochMs } from "./fields.ts";
import { Moment } from "./moment.ts";
import { strictObject } from "./strict-object.ts";

export const UsageQuery = strictObject({
  granularity: z.enum(["hour", "day"]).default("day").meta({
    description: "Length of the periods, which begin on the hour or at midnight, in UTC.",
  }),
  from: Moment.exactOptional().meta({
    description:
      "The first moment of interest, moved back to the start of its period. Absent: 48 hours or " +
      "30 days before `to`.",
  }),
  to: Moment.exactOptional().meta({
    description: "The end, exclusive, moved on to the end of its period. Absent: now.",
  }),
});

const Count = z.int().min(0);

const UsageCount = z.object({
  variation: z.string().nullable().meta({ description: "`null`: callers used their own default." }),
  reason: z
    .string()
    .nullable()
    .meta({ description: "OpenFeature's reason; `null`: who sent the exposure did not say." }),
  evaluations: Count.meta({ description: "How often the flag was evaluated to this." }),
  exposures: Count.meta({ description: "How often a unit was reported to have been shown this." }),
});

export const UsageResponse = z
  .object({
    granularity: z.enum(["hour", "day"]),
    fromMs: EpochMs.meta({ description: "Start of the first period." }),
    toMs: EpochMs.meta({ description: "End of the last period, exclusive." }),
    items: z
      .array(z.object({ startMs: EpochMs, start: z.string(), variations: z.array(UsageCount) }))
      .meta({ description: "Periods in which something happened, in order; the others are 0." }),
    totals: z.object({ evaluations: Count, exposures: Count, variations: z.array(UsageCount) }),
    lastSeenAtMs: EpochMs.nullable().meta({
      description: "When the flag was last evaluated or shown, at any time; `null`: never yet.",
    }),
  })
  .meta({ id: "Usage" });
