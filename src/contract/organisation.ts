import { z } from "zod";
import { EDITIONS, FEATURES } from "../core/access/edition.ts";
import type { Feature } from "../core/access/edition.ts";
import { EpochMs, Name, Version, pageOf } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

const featureList = Object.entries(FEATURES)
  .map(([name, meaning]) => `\`${name}\`: ${meaning}`)
  .join(" ");

const EditionName = z.enum(EDITIONS);

export const OrganisationCreateRequest = strictObject({
  name: Name,
  edition: EditionName.default("enterprise").meta({ description: "What it is entitled to." }),
  owner: z.email().max(254).exactOptional().meta({
    description: "E-mail address of somebody who can sign in here; absent: the caller.",
  }),
}).meta({ id: "OrganisationCreateRequest" });

export const OrganisationPatchRequest = strictObject({
  name: Name,
  edition: EditionName.meta({
    description: "Needs `organisations:write` in every organisation of the installation.",
  }),
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "OrganisationPatchRequest" });

export const OrganisationResponse = z
  .object({
    id: z.string(),
    name: z.string(),
    edition: EditionName,
    features: z
      .array(z.custom<Feature>((name) => typeof name === "string").meta({ type: "string" }))
      .meta({ description: `What the edition includes. ${featureList}` }),
    version: Version,
    createdAtMs: EpochMs,
    updatedAtMs: EpochMs,
  })
  .meta({ id: "Organisation" });
export const OrganisationPage = pageOf(OrganisationResponse).meta({ id: "OrganisationPage" });
