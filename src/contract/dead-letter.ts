import { z } from "zod";
import { EpochMs, pageOf } from "./fields.ts";

export const DeadLetterParams = z.object({
  letter: z.string().regex(/^[0-9a-f]{32}$/, "use the `id` that the list gives"),
});

const DeadLetterResponse = z
  .object({
    id: z.string(),
    environmentId: z.string().nullable().meta({ description: "`null`: the message does not say." }),
    chunkId: z
      .string()
      .nullable()
      .meta({ description: "`null`: the message cannot be read as a chunk of events." }),
    queue: z.string(),
    setAsideAtMs: EpochMs,
    attempts: z.int().meta({ description: "How often it was delivered." }),
    reason: z.string().meta({ description: "Why it was set aside." }),
    bytes: z.int(),
  })
  .meta({ id: "DeadLetter" });
export const DeadLetterPage = pageOf(DeadLetterResponse).meta({ id: "DeadLetterPage" });

export const DeadLetterRedeliveredResponse = z
  .object({ id: z.string(), chunkId: z.string(), events: z.int() })
  .meta({ id: "DeadLetterRedelivered" });

export const DeadLetterDeletedResponse = z
  .object({ id: z.string() })
  .meta({ id: "DeadLetterDeleted" });
