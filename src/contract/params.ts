import { z } from "zod";
import { DocumentKey, PlaceKey, TextRevision, pageFields } from "./fields.ts";
import { Moment } from "./moment.ts";
import { strictObject } from "./strict-object.ts";

export const ProjectParams = z.object({ project: PlaceKey });
export const EnvironmentParams = z.object({ project: PlaceKey, environment: PlaceKey });
export const CatalogueFlagParams = z.object({ project: PlaceKey, flag: DocumentKey });
export const FlagParams = z.object({
  project: PlaceKey,
  environment: PlaceKey,
  flag: DocumentKey,
});
export const OverrideParams = z.object({
  project: PlaceKey,
  environment: PlaceKey,
  flag: DocumentKey,
  override: DocumentKey,
});
export const SegmentParams = z.object({
  project: PlaceKey,
  environment: PlaceKey,
  segment: DocumentKey,
});
export const KeyParams = z.object({ project: PlaceKey, environment: PlaceKey, key: DocumentKey });

export const BreakGlassKeyParams = z.object({
  project: PlaceKey,
  environment: PlaceKey,
  breakGlassKey: DocumentKey,
});

export const RevisionParams = z.object({
  project: PlaceKey,
  environment: PlaceKey,
  revision: TextRevision,
});

export const PageQuery = strictObject(pageFields);
export const AtRevisionQuery = strictObject({ revision: TextRevision.exactOptional() });
export const PointInTimeQuery = strictObject({
  revision: TextRevision.exactOptional(),
  at: Moment.exactOptional().meta({
    description:
      "An instant: milliseconds since the Unix epoch, or ISO 8601 such as 2026-01-01T00:00:00Z.",
  }),
}).refine(
  (query) => query.revision === undefined || query.at === undefined,
  "name either `revision` or `at`, not both",
);
