import { z } from "zod";
import { EXPORT_FORMATS } from "../core/audit/export-lines.ts";
import { ActorResponse, DocumentKey, EpochMs, PlaceKey, pageFields, pageOf } from "./fields.ts";
import { Moment } from "./moment.ts";
import { strictObject } from "./strict-object.ts";

const Id = z.string().min(1).max(200);
const Outcome = z.enum(["done", "refused"]);

const placeFields = {
  project: PlaceKey.exactOptional().meta({ description: "Key of a project." }),
  environment: PlaceKey.exactOptional().meta({
    description: "Key of an environment; only together with `project`.",
  }),
};

const isPlace = (query: { readonly project?: string; readonly environment?: string }) =>
  query.environment === undefined || query.project !== undefined;
const PLACE_WANTED = { message: "name the `project` of the `environment` as well" };

export const AuditQuery = strictObject({
  ...pageFields,
  ...placeFields,
  actor: Id.exactOptional().meta({ description: "Id of who did it." }),
  action: Id.exactOptional().meta({ description: "Such as `flag.patch` or `project.create`." }),
  outcome: Outcome.exactOptional(),
  flag: DocumentKey.exactOptional().meta({ description: "Key of a flag." }),
  from: Moment.exactOptional().meta({ description: "The first moment, inclusive." }),
  to: Moment.exactOptional().meta({ description: "The last moment, inclusive." }),
}).refine(isPlace, PLACE_WANTED);

const wholeEnvironment = (query: { readonly project?: string; readonly environment?: string }) =>
  (query.environment === undefined) === (query.project === undefined);
const CHAIN_WANTED = {
  message: "name both `project` and `environment`, or neither for the organisation's own chain",
};

export const AuditExportQuery = strictObject({
  ...placeFields,
  format: z.enum(EXPORT_FORMATS).default("ndjson"),
}).refine(wholeEnvironment, CHAIN_WANTED);

export const AuditStreamQuery = strictObject({
  ...placeFields,
  cursor: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .meta({
      description:
        "Position of the last entry that was read; 0: from the first that is kept. Absent: only " +
        "what is new. `last-event-id` goes before it.",
    }),
}).refine(wholeEnvironment, CHAIN_WANTED);

export const ArchiveParams = z.object({
  archive: z
    .string()
    .regex(/^\d{15}-\d{15}(-\d{1,2})?$/, "is not a name that the list of archives gives"),
});

export const AuditEventResponse = z
  .object({
    chain: z.string().meta({
      description: "`organisation`, or the id of the environment in whose chain the entry is.",
    }),
    position: z.int().min(1).meta({ description: "Place in its chain: 1, 2, 3 …" }),
    atMs: EpochMs,
    actor: ActorResponse,
    action: z.string(),
    outcome: Outcome,
    target: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    project: z.string().nullable(),
    environment: z.string().nullable(),
    reason: z.string().nullable(),
    requestId: z.string().nullable(),
    detail: z.enum(["kept", "masked", "erased", "unreadable", "withheld"]).meta({
      description:
        "Whether before and after are there. `masked`: without personal data; `unreadable`: their " +
        "key is gone; `withheld`: too large for a list.",
    }),
    changes: z
      .array(
        z.object({
          path: z.string().meta({ description: "JSON Pointer." }),
          before: z.unknown().exactOptional(),
          after: z.unknown().exactOptional(),
        }),
      )
      .meta({
        description: "Where before and after differ; a side is absent if it was not there.",
      }),
    moreChanges: z.boolean().meta({ description: "True when there are more than these." }),
    facts: z.unknown().meta({ description: "What else is recorded; `null`: nothing." }),
    hash: z.string(),
  })
  .meta({ id: "AuditEvent" });

export const AuditPage = pageOf(AuditEventResponse).meta({ id: "AuditPage" });

const Chain = z.union([
  z.object({ kind: z.literal("organisation"), organisationId: z.string() }),
  z.object({
    kind: z.literal("environment"),
    organisationId: z.string(),
    environmentId: z.string(),
  }),
]);

const CheckpointResponse = z
  .object({
    checkpoint: z.object({
      chain: Chain,
      head: z.object({ sequence: z.int(), atMs: EpochMs, hash: z.string() }),
      signedAtMs: EpochMs,
      keyId: z.string(),
      prune: z
        .object({
          archive: z.string(),
          digest: z.string().meta({ description: "SHA-256 of the archive, in hexadecimal." }),
        })
        .exactOptional()
        .meta({
          description:
            "Of one after which a pruned chain may start: the archive that ends with its entry.",
        }),
    }),
    signature: z.string().meta({ description: "Ed25519, in hexadecimal." }),
  })
  .meta({ id: "AuditCheckpoint" });

export const CheckpointPage = pageOf(CheckpointResponse).meta({ id: "AuditCheckpointPage" });
export const CheckpointsResponse = z
  .object({ checkpoints: z.array(CheckpointResponse) })
  .meta({ id: "AuditCheckpoints" });

export const AuditKeyResponse = z
  .object({
    kty: z.literal("OKP"),
    crv: z.literal("Ed25519"),
    x: z.string(),
    kid: z.string(),
    use: z.literal("sig"),
  })
  .meta({ id: "AuditKey", description: "A JSON Web Key (RFC 8037): the public half." });

export const RekeyResponse = z
  .object({
    keyId: z.string().meta({ description: "The key that encrypts now." }),
    rekeyed: z.int(),
    remaining: z.int().meta({ description: "Details that an older key still encrypts." }),
  })
  .meta({ id: "AuditRekey" });

export const PruneRequest = strictObject({
  olderThanDays: z.int().min(1).max(36_500),
}).meta({ id: "AuditPruneRequest" });

export const PruneResponse = z
  .object({
    pruned: z.int(),
    archive: z.string().nullable().meta({
      description: "Name of the archive that holds them; `null`: nothing was old enough.",
    }),
    more: z.boolean().meta({ description: "True when more is old enough: repeat." }),
  })
  .meta({ id: "AuditPrune" });

export const ArchivePage = pageOf(z.object({ archive: z.string() })).meta({
  id: "AuditArchivePage",
});

/** A file, in the format that was asked for. */
export const AuditFile = z.string().meta({ id: "AuditFile" });
