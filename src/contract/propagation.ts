import { z } from "zod";
import { EpochMs } from "./fields.ts";

const RelayReceiptResponse = z
  .object({
    region: z.string().meta({ description: "Where the relay stands, such as `weur`." }),
    shard: z.int(),
    state: z.enum(["pending", "relayed", "gone"]).meta({
      description:
        "`relayed`: it has said that it holds the revision. `pending`: it has not, and is tried " +
        "again. `gone`: it has not, and has been silent for a day.",
    }),
    holds: z.int().nullable().meta({
      description: "The newest revision that it has said it holds; `null`: none.",
    }),
    acknowledgedAtMs: EpochMs.nullable().meta({
      description: "When it acknowledged the revision, or the first later one that it got.",
    }),
    sockets: z.int().nullable().meta({ description: "Streaming clients that it reached then." }),
    observed: z
      .object({
        firstAtMs: EpochMs.nullable().meta({
          description: "The first reader that evaluated with the revision, or with a later one.",
        }),
        lastOlderAtMs: EpochMs.nullable().meta({
          description: "The last reader that still evaluated with an older one.",
        }),
      })
      .nullable()
      .meta({ description: "What its readers said, by its own clock; `null`: nothing is known." }),
    attempts: z.int().meta({ description: "Failed tries since it last answered." }),
    lastError: z.string().nullable(),
  })
  .meta({ id: "RelayReceipt" });

const StageResponse = z
  .object({
    state: z.enum(["waiting", "trying", "accepted", "unanswered", "overtaken", "reverted"]).meta({
      description:
        "`waiting`: an earlier change is being tried. `trying`: this one is. `accepted`: the " +
        "canary holds it. `unanswered`: no canary answered in time, and all got it. " +
        "`overtaken`: something urgent came, and all got both. `reverted`: a canary refused it.",
    }),
    canary: z.object({ region: z.string(), shard: z.int() }).nullable(),
    canarySinceMs: EpochMs.nullable(),
    beganAtMs: EpochMs.nullable(),
    endedAtMs: EpochMs.nullable().meta({
      description: "When it was released to all relays, or taken back.",
    }),
    issue: z.object({ path: z.string(), message: z.string() }).nullable(),
    revertedBy: z.int().nullable().meta({ description: "The revision that took it back." }),
  })
  .meta({ id: "Stage", description: "How a change was tried on one relay before all got it." });

export const PropagationResponse = z
  .object({
    revision: z.int(),
    acceptedAtMs: EpochMs,
    state: z.enum(["accepted", "relayed", "reverted"]).meta({
      description:
        "`relayed`: every relay has acknowledged the revision. Time alone never leads there. " +
        "`reverted`: a relay that tried it refused it, and `stage.revertedBy` took it back.",
    }),
    relayedAtMs: EpochMs.nullable().meta({ description: "When the last one did." }),
    stage: StageResponse.nullable().meta({
      description: "`null`: it was not tried before all got it, or that is no longer known.",
    }),
    relays: z.array(RelayReceiptResponse),
  })
  .meta({ id: "Propagation", description: "How far one revision has come." });
