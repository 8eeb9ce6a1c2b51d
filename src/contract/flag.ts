import { z } from "zod";
import { BUCKETING_SCHEMES, FLAG_TYPES } from "../core/documents/flag.ts";
import type { FlagPatch } from "../core/authority/command.ts";
import { Condition } from "./condition.ts";
import {
  DocumentKey,
  EpochMs,
  Reason,
  ReasonHereOrInHeader,
  Revision,
  Text,
  pageFields,
  pageOf,
  storedFields,
} from "./fields.ts";
import { configurationFields } from "./flag-configuration.ts";
import { JsonValue } from "./json-value.ts";
import { Moment } from "./moment.ts";
import { strictObject } from "./strict-object.ts";

/** `PATCH …/flags/:flag` — an absent field stays as it is, a given one is replaced whole. */
export const FlagPatchRequest = strictObject({
  ...configurationFields,
  description: Text.nullable().meta({ description: "`null` removes it." }),
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "FlagPatchRequest" });
export type FlagPatchRequest = z.infer<typeof FlagPatchRequest>;

/** Fails to compile when the wire shape and the domain shape drift apart. */
export const toFlagPatch = (request: FlagPatchRequest): FlagPatch => request;

const RolloutResponse = z
  .object({
    unit: z.string(),
    variations: z.array(
      z.object({
        key: z.string(),
        weight: z.number(),
        ranges: z.array(z.tuple([z.int(), z.int()])).exactOptional(),
      }),
    ),
    salt: z.string().exactOptional(),
    scheme: z.enum(BUCKETING_SCHEMES).exactOptional(),
    experiment: z.string().exactOptional(),
  })
  .meta({ id: "RolloutResponse" });

const OutcomeResponse = z
  .union([z.object({ variation: z.string() }), z.object({ rollout: RolloutResponse })])
  .meta({ id: "OutcomeResponse" });

/** A flag in one environment, whole. */
export const FlagDocumentResponse = z
  .object({
    key: z.string(),
    description: z.string().exactOptional(),
    type: z.enum(FLAG_TYPES),
    variations: z.array(
      z.object({
        key: z.string(),
        value: JsonValue,
        name: z.string().exactOptional(),
        description: z.string().exactOptional(),
      }),
    ),
    enabled: z.boolean(),
    offVariation: z.string().nullable(),
    killed: z
      .object({ variation: z.string().nullable(), reason: z.string() })
      .nullable()
      .meta({ description: "Set while the kill switch is thrown; it wins over everything." }),
    overrides: z.array(
      z.object({
        id: z.string(),
        if: Condition,
        then: z.object({ variation: z.string() }),
        expiresAt: EpochMs.exactOptional(),
        reason: z.string(),
      }),
    ),
    prerequisites: z.array(z.object({ flag: z.string(), variations: z.array(z.string()) })),
    targets: z.array(
      z.object({ variation: z.string(), attribute: z.string(), values: z.array(z.string()) }),
    ),
    rules: z.array(
      z.object({
        id: z.string(),
        name: z.string().exactOptional(),
        description: z.string().exactOptional(),
        if: Condition,
        then: OutcomeResponse,
      }),
    ),
    default: OutcomeResponse,
    salt: z.string().meta({ description: "What rollouts hash with; never changes." }),
    clientVisible: z.boolean(),
  })
  .meta({ id: "FlagDocument" });
export type FlagDocumentResponse = z.infer<typeof FlagDocumentResponse>;

export const FlagResponse = z
  .object({
    flag: FlagDocumentResponse,
    ...storedFields,
    archivedAtMs: EpochMs.nullable().meta({ description: "`null` while the flag is live." }),
  })
  .meta({ id: "Flag" });
export type FlagResponse = z.infer<typeof FlagResponse>;

export const FlagPage = pageOf(FlagResponse).meta({ id: "FlagPage" });

/** The body of commands that need none but may say why. */
export const ReasonRequest = strictObject({
  reason: Reason.exactOptional().meta({ description: "Why; written into the log." }),
}).meta({ id: "ReasonRequest" });

export const FlagKillRequest = strictObject({
  variation: DocumentKey.nullable()
    .default(null)
    .meta({ description: "What everyone gets; `null`: the caller's own default is used." }),
  reason: ReasonHereOrInHeader.meta({
    description:
      "Why; shown with the flag and written into the log. Required, here or in the header " +
      "`x-switchyard-reason`.",
  }),
}).meta({ id: "FlagKillRequest" });

export const RollbackRequest = strictObject({
  toRevision: Revision.min(1),
  reason: Reason.exactOptional().meta({ description: "Why; written into the log." }),
}).meta({ id: "RollbackRequest" });

export const FlagExplainRequest = strictObject({
  context: z.record(z.string(), JsonValue).meta({
    description: "The evaluation context: `targetingKey` and any attributes.",
  }),
  platform: z
    .record(z.string().startsWith("$"), z.union([z.string(), z.number()]))
    .exactOptional()
    .meta({ description: "What the edge would add, such as `$geo.country`." }),
  now: Moment.exactOptional().meta({
    description:
      "The moment to evaluate at, in milliseconds since the Unix epoch or ISO 8601; absent: now.",
  }),
}).meta({ id: "FlagExplainRequest" });

export const FlagListQuery = strictObject({
  ...pageFields,
  archived: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "`true`: the archived flags instead of the live ones." }),
});
