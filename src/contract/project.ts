import { z } from "zod";
import { EpochMs, Name, PlaceKey, Text, Version, pageOf } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const ProjectCreateRequest = strictObject({
  key: PlaceKey.meta({ description: "Part of URLs; never changes." }),
  name: Name.exactOptional().meta({ description: "Absent: the key." }),
  description: Text.exactOptional(),
  unit: PlaceKey.nullable()
    .default(null)
    .meta({ description: "Key of the business unit it belongs to; `null`: none." }),
}).meta({ id: "ProjectCreateRequest" });

export const ProjectPatchRequest = strictObject({
  name: Name,
  description: Text.nullable().meta({ description: "`null` removes it." }),
  unit: PlaceKey.nullable().meta({
    description: "Key of a business unit; `null`: none. Needs `access:write` in the organisation.",
  }),
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "ProjectPatchRequest" });

export const ProjectResponse = z
  .object({
    key: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    unit: z.string().nullable().meta({ description: "Key of the business unit it belongs to." }),
    version: Version,
    createdAtMs: EpochMs,
    updatedAtMs: EpochMs,
  })
  .meta({ id: "Project" });
export const ProjectPage = pageOf(ProjectResponse).meta({ id: "ProjectPage" });
