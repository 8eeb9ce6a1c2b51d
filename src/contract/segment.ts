import { z } from "zod";
import type { SegmentPatch } from "../core/authority/command.ts";
import type { SegmentDocument } from "../core/documents/segment.ts";
import { Condition } from "./condition.ts";
import { DocumentKey, Name, Text, pageOf, storedFields } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

const Unit = z
  .string()
  .min(1)
  .max(500)
  .meta({ description: "The attribute looked up in the lists; absent: `targetingKey`." });
const Units = z.array(z.string().min(1).max(500));
const Rules = z.array(Condition);

export const SegmentCreateRequest = strictObject({
  key: DocumentKey.meta({ description: "Never changes." }),
  name: Name.exactOptional(),
  description: Text.exactOptional(),
  unit: Unit.exactOptional(),
  included: Units.default([]).meta({ description: "Units that belong to it." }),
  excluded: Units.default([]).meta({ description: "Units that do not, whatever else holds." }),
  rules: Rules.default([]).meta({ description: "It matches when one of them holds." }),
}).meta({ id: "SegmentCreateRequest" });
export type SegmentCreateRequest = z.infer<typeof SegmentCreateRequest>;

/** Fails to compile when the wire shape and the domain shape drift apart. */
export const toSegmentDocument = (request: SegmentCreateRequest): SegmentDocument => request;

export const SegmentPatchRequest = strictObject({
  name: Name.nullable(),
  description: Text.nullable(),
  unit: Unit.nullable(),
  included: Units,
  excluded: Units,
  rules: Rules,
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "SegmentPatchRequest", description: "Absent keeps, `null` clears." });
export type SegmentPatchRequest = z.infer<typeof SegmentPatchRequest>;

/** Fails to compile when the wire shape and the domain shape drift apart. */
export const toSegmentPatch = (request: SegmentPatchRequest): SegmentPatch => request;

export const SegmentDocumentResponse = z
  .object({
    key: z.string(),
    name: z.string().exactOptional(),
    description: z.string().exactOptional(),
    unit: z.string().exactOptional(),
    included: z.array(z.string()),
    excluded: z.array(z.string()),
    rules: z.array(Condition),
  })
  .meta({ id: "SegmentDocument" });

export const SegmentResponse = z
  .object({ segment: SegmentDocumentResponse, ...storedFields })
  .meta({ id: "Segment" });
export const SegmentPage = pageOf(SegmentResponse).meta({ id: "SegmentPage" });

export const SegmentDeletedResponse = z
  .object({ key: z.string(), revision: z.int() })
  .meta({ id: "SegmentDeleted" });
