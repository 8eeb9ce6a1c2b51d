import { z } from "zod";
import { JURISDICTIONS } from "../core/jurisdiction.ts";
import { EpochMs, Name, PlaceKey, Reason, Tags, Version, pageOf } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

const JurisdictionName = z.enum(["none", ...JURISDICTIONS]);

export const EnvironmentCreateRequest = strictObject({
  key: PlaceKey.meta({ description: "Part of URLs; never changes." }),
  name: Name.exactOptional().meta({ description: "Absent: the key." }),
  production: z
    .boolean()
    .default(false)
    .meta({ description: "Real users are served from it; guards and warnings follow this." }),
  tags: Tags.default({}),
  jurisdiction: JurisdictionName.default("none").meta({
    description:
      "Where its configuration, log and relays are kept and run, for good. `none`: near where it " +
      "is made. Caches at the edge and copies in KV are everywhere in any case.",
  }),
  salt: z
    .string()
    .min(1)
    .max(200)
    .exactOptional()
    .meta({
      description:
        "First part of what every rollout hashes. Absent: random. Give it only to keep the " +
        "buckets of an installation that you come from; it never changes.",
    }),
}).meta({ id: "EnvironmentCreateRequest" });

export const EnvironmentPatchRequest = strictObject({
  name: Name,
  production: z.boolean(),
  tags: Tags.meta({ description: "Replaces all tags." }),
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "EnvironmentPatchRequest" });

const environmentFields = {
  id: z.string().meta({ description: "Names the environment in SDK keys; never changes." }),
  key: z.string(),
  name: z.string(),
  production: z.boolean(),
  tags: z.record(z.string(), z.string()),
  salt: z.string(),
  jurisdiction: JurisdictionName,
  ready: z.boolean().meta({ description: "False while its creation is not finished." }),
  version: Version,
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
};

export const EnvironmentResponse = z.object(environmentFields).meta({ id: "Environment" });
export const EnvironmentPage = pageOf(EnvironmentResponse).meta({ id: "EnvironmentPage" });

export const EnvironmentDetailResponse = z
  .object({
    ...environmentFields,
    status: z
      .object({
        revision: z.int().min(0),
        flags: z.int().min(0),
        segments: z.int().min(0),
        outbox: z
          .array(
            z.object({
              topic: z.string(),
              revision: z.int(),
              attempts: z.int(),
              lastError: z.string().nullable(),
            }),
          )
          .meta({ description: "Deliveries that are still owed, such as the copy in KV." }),
      })
      .nullable()
      .meta({ description: "From the authority; `null` while the creation is not finished." }),
  })
  .meta({ id: "EnvironmentDetail" });

/** What a command about many documents answers. */
export const EnvironmentChangeResponse = z
  .object({
    revision: z.int().min(0),
    acceptedAtMs: EpochMs,
    changed: z.boolean(),
    changedDocuments: z.int().min(0),
  })
  .meta({ id: "EnvironmentChange" });

export const EnvironmentRollbackRequest = strictObject({
  toRevision: z.int().min(1),
  reason: Reason.exactOptional().meta({ description: "Why; written into the log." }),
}).meta({ id: "EnvironmentRollbackRequest" });
