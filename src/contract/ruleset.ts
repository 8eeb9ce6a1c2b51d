import { z } from "zod";
import { ActorResponse, DocumentKey, EpochMs, pageFields, pageOf } from "./fields.ts";
import { DeliveryDocument } from "./delivery.ts";
import { FlagDocumentResponse } from "./flag.ts";
import { SegmentDocumentResponse } from "./segment.ts";
import { strictObject } from "./strict-object.ts";

const versioned = <Document extends z.ZodType>(document: Document) =>
  z.object({ version: z.int(), document });

/** Never has the keys' hashes: who reads rules need not know who may read them. */
const RulesetKey = z.object({
  id: z.string(),
  kind: z.enum(["server", "client"]),
  expiresAtMs: EpochMs.nullable(),
  origins: z.array(z.string()),
});

const Ranges = z.array(z.tuple([z.int(), z.int()]));

const RulesetExperiment = z.object({
  key: z.string(),
  layer: z.object({ key: z.string(), ranges: Ranges }).exactOptional(),
});

const RulesetHoldout = z.object({
  key: z.string(),
  ranges: Ranges,
  experiments: z.array(z.string()),
});

/** Of the kind that the member beside it names. */
const AnyDocument = z.unknown().meta({ description: "The document, of the kind that is named." });

export const RulesetResponse = z
  .object({
    format: z.string(),
    environmentId: z.string(),
    revision: z.int(),
    acceptedAtMs: EpochMs,
    salt: z.string(),
    flags: z.array(versioned(FlagDocumentResponse)),
    segments: z.array(versioned(SegmentDocumentResponse)),
    experiments: z.array(versioned(RulesetExperiment)),
    holdouts: z.array(versioned(RulesetHoldout)),
    keys: z.array(versioned(RulesetKey)),
    settings: z
      .array(versioned(DeliveryDocument))
      .exactOptional()
      .meta({ description: "How changes are delivered; empty: the defaults." }),
  })
  .meta({ id: "Ruleset", description: "Everything an evaluator needs at one revision." });

export const ChangesQuery = strictObject({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .exactOptional()
    .meta({ description: "The revision you have; absent: send everything." }),
});

export const ChangesResponse = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("current"), revision: z.int() }),
    z.object({
      kind: z.literal("delta"),
      since: z.int(),
      revision: z.int(),
      acceptedAtMs: EpochMs,
      changes: z.array(
        z.object({
          kind: z.enum(["flag", "segment", "experiment", "holdout", "key", "settings"]),
          key: z.string(),
          state: versioned(AnyDocument)
            .nullable()
            .meta({ description: "`null`: archived, deleted or revoked." }),
        }),
      ),
    }),
    z.object({ kind: z.literal("ruleset"), revision: z.int(), ruleset: RulesetResponse }),
  ])
  .meta({ id: "Changes", description: "What leads from `since` to the newest revision." });

export const LogQuery = strictObject({
  ...pageFields,
  flag: DocumentKey.exactOptional().meta({ description: "Only changes of this flag." }),
  segment: DocumentKey.exactOptional().meta({ description: "Only changes of this segment." }),
}).refine(
  (query) => query.flag === undefined || query.segment === undefined,
  "name either `flag` or `segment`, not both",
);

const VersionRef = z.object({ version: z.int(), hash: z.string() });

const LogEntryResponse = z
  .object({
    revision: z.int(),
    atMs: EpochMs,
    actor: ActorResponse,
    action: z.string(),
    target: z.object({ kind: z.string(), key: z.string() }),
    reason: z.string().nullable(),
    requestId: z.string().nullable(),
    changes: z.array(
      z.object({
        kind: z.string(),
        key: z.string(),
        before: VersionRef.nullable(),
        after: VersionRef,
        beforeDocument: AnyDocument.exactOptional(),
        afterDocument: AnyDocument.exactOptional(),
      }),
    ),
    environment: z
      .object({ environmentId: z.string(), projectId: z.string(), salt: z.string() })
      .exactOptional()
      .meta({ description: "What the environment was made with; in the first entry alone." }),
    previousHash: z.string(),
    hash: z.string().meta({
      description: "SHA-256 of the canonical JSON of the other members; chains the entries.",
    }),
  })
  .meta({ id: "LogEntry" });
export const LogPage = pageOf(LogEntryResponse).meta({ id: "LogPage" });

export const LogVerificationResponse = z
  .object({
    verified: z.boolean(),
    entries: z.int(),
    headHash: z.string(),
    fault: z.object({ revision: z.int(), what: z.string() }).nullable(),
  })
  .meta({ id: "LogVerification" });
