import { z } from "zod";
import { PLACE_NAMES, REQUEST_KINDS, REQUEST_STATES } from "../core/privacy/places.ts";
import { MASKING_MODES } from "../core/privacy/mask.ts";
import { UNIT_ATTRIBUTE } from "../core/privacy/subject.ts";
import { EpochMs, Reason, pageFields, pageOf } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const PrivacyRequestParams = z.object({
  request: z.string().regex(/^[0-9a-f]{16}$/, "use the `id` that the list gives"),
});

export const PrivacyRequestCreateRequest = strictObject({
  kind: z.enum(REQUEST_KINDS),
  unit: z.string().min(1).max(512).meta({ description: "The unit's key, as contexts have it." }),
  attribute: z
    .string()
    .min(1)
    .max(128)
    .default(UNIT_ATTRIBUTE)
    .meta({ description: "The attribute of contexts whose value `unit` is." }),
  environments: z
    .array(z.string().regex(/^[a-z0-9-]{1,64}\/[a-z0-9-]{1,64}$/, "use `project/environment`"))
    .min(1)
    .max(1_000)
    .exactOptional()
    .meta({ description: "As `project/environment`; absent: all of the organisation." }),
  reason: Reason.meta({ description: "On which ground; written into the audit log." }),
}).meta({ id: "PrivacyRequestCreateRequest" });

const PlaceReport = z
  .object({
    place: z.enum(PLACE_NAMES),
    environment: z
      .string()
      .nullable()
      .meta({ description: "`project/environment`; `null`: the place is the organisation's." }),
    looked: z.int().meta({ description: "Documents, objects or entries that were looked at." }),
    found: z.int().meta({ description: "What was found of the unit in them." }),
    erased: z.int(),
    kept: z
      .array(z.object({ what: z.string(), why: z.string() }))
      .meta({ description: "What stays, and on which ground; the first 100." }),
    keptCount: z.int(),
  })
  .meta({ id: "PrivacyPlaceReport" });

export const PrivacyRequestResponse = z
  .object({
    id: z.string(),
    kind: z.enum(REQUEST_KINDS),
    unit: z.string().meta({ description: "Masked." }),
    attribute: z.string(),
    environments: z.array(z.string()),
    state: z.enum(REQUEST_STATES).meta({
      description:
        "`running`: there is more to look at. `settling`: an erasure has looked at everything, and " +
        "looks once more, at `nextRunAtMs`, for what was under way. `done`: `report` is complete; of " +
        "an export that was deleted before its end it is not.",
    }),
    places: z
      .object({ done: z.int(), all: z.int() })
      .meta({ description: "How far it is: places of `report`." }),
    report: z.array(PlaceReport),
    reason: z.string(),
    requestedBy: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    createdAtMs: EpochMs,
    updatedAtMs: EpochMs,
    nextRunAtMs: EpochMs.nullable().meta({ description: "`null`: at any time, or never again." }),
    finishedAtMs: EpochMs.nullable(),
    expiredAtMs: EpochMs.nullable().meta({ description: "When the export was deleted." }),
  })
  .meta({ id: "PrivacyRequest" });
export const PrivacyRequestPage = pageOf(PrivacyRequestResponse).meta({ id: "PrivacyRequestPage" });

export const PrivacyExportQuery = strictObject({ cursor: pageFields.cursor });

export const PrivacyExportResponse = pageOf(
  z.object({
    place: z.enum(PLACE_NAMES),
    environment: z.string().nullable(),
    of: z.string().meta({ description: "Which document, object or entry it is of." }),
    data: z.unknown(),
  }),
).meta({ id: "PrivacyExport" });

const days = z.int().min(1).max(3_650).nullable();

const settingsFields = {
  privateAttributes: z.array(z.string().min(1).max(128)).max(100).meta({
    description: "Names of attributes that are dropped from events before they are kept.",
  }),
  attributeMasking: z.enum(MASKING_MODES).meta({
    description:
      "What becomes of e-mail addresses, telephone numbers and the like in the other attributes.",
  }),
  hashUnits: z.boolean().meta({
    description:
      "Unit keys are kept as HMAC-SHA256 under a secret of the environment: one unit, one hash. " +
      "Events that are kept already stay as they are.",
  }),
  rawEventDays: days.meta({ description: "How long raw events are kept; `null`: for good." }),
  deadLetterDays: days.meta({ description: "Likewise events that could not be counted." }),
};

export const PrivacySettingsPatchRequest = strictObject(settingsFields)
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "PrivacySettingsPatchRequest", description: "Absent keeps." });

export const PrivacySettingsResponse = z
  .object({
    ...settingsFields,
    effective: z
      .object({
        attributeMasking: settingsFields.attributeMasking,
        hashUnits: settingsFields.hashUnits,
        rawEventDays: settingsFields.rawEventDays,
      })
      .meta({ description: "What holds with the organisation's compliance preset." }),
    version: z.int().min(0),
  })
  .meta({ id: "PrivacySettings" });
