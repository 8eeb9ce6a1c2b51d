import { z } from "zod";
import {
  DELIVERY_BOUNDS,
  DELIVERY_KEY,
  type DeliverySettings,
} from "../core/documents/settings.ts";
import { strictObject } from "./strict-object.ts";

const figure = (name: keyof typeof DELIVERY_BOUNDS) =>
  z.int().min(DELIVERY_BOUNDS[name][0]).max(DELIVERY_BOUNDS[name][1]);

const deliveryFields = {
  relayShards: figure("relayShards").meta({
    description:
      "Relays in each region. Readers and streams are spread over them; each takes 30,000 streams.",
  }),
  freshForMs: figure("freshForMs").meta({
    description:
      "A ruleset that was confirmed less than this ago is served without asking; milliseconds.",
  }),
  graceMs: figure("graceMs").meta({
    description:
      "One that was confirmed longer ago than this is served marked as stale. More than " +
      "`freshForMs`; milliseconds.",
  }),
  confirmDeadlineMs: figure("confirmDeadlineMs").meta({
    description:
      "How long an answer waits for a confirmation before it is given marked. Less than " +
      "`graceMs`; milliseconds.",
  }),
  stagedPublish: z.boolean().meta({
    description:
      "True: one relay tries each change before all others get it. Kills and revoked keys do " +
      "not wait for that. An environment made with `production: true` begins with true.",
  }),
  requestsPerSecond: figure("requestsPerSecond")
    .nullable()
    .meta({
      description:
        "Evaluation requests, for one flag or for all, that one isolate answers in a second for " +
        "each SDK key; further ones get 429. `null`: as many as come. Each isolate counts for " +
        "itself and in memory: that holds off a client which floods, and is no account of usage.",
    }),
};

/** As the ruleset carries it. */
export const DeliveryDocument = z.object({
  key: z.literal(DELIVERY_KEY),
  ...deliveryFields,
  requestsPerSecond: deliveryFields.requestsPerSecond.optional().meta({
    description: "As in the settings. Absent where they were set before there was such a limit.",
  }),
});

export const DeliveryPatchRequest = strictObject(deliveryFields)
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "DeliveryPatchRequest", description: "Absent keeps." });
export type DeliveryPatchRequest = z.infer<typeof DeliveryPatchRequest>;

/** Fails to compile when the wire shape and the domain shape drift apart. */
export const toDeliveryPatch = (request: DeliveryPatchRequest): Partial<DeliverySettings> =>
  request;

export const DeliveryResponse = z
  .object({
    ...deliveryFields,
    version: z.int().min(0).meta({
      description: "+ 1 with each change, also the ETag; 0: nothing was set, so the defaults hold.",
    }),
  })
  .meta({ id: "Delivery", description: "How changes reach the environment's readers." });
