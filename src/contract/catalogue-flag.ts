import { z } from "zod";
import { FLAG_TYPES } from "../core/documents/flag.ts";
import {
  DocumentKey,
  EpochMs,
  Name,
  PlaceKey,
  Tags,
  Text,
  Version,
  pageFields,
  pageOf,
} from "./fields.ts";
import { FlagConfigurationRequest } from "./flag-configuration.ts";
import { strictObject } from "./strict-object.ts";

const FLAG_CATEGORIES = [
  "feature",
  "experiment",
  "operational",
  "permission",
  "killswitch",
] as const;
const FLAG_STAGES = ["development", "testing", "staging", "production", "deprecated"] as const;
const FLAG_RISKS = ["low", "high"] as const;

const Category = z.enum(FLAG_CATEGORIES);
const Stage = z.enum(FLAG_STAGES);
const Risk = z.enum(FLAG_RISKS);

export const CatalogueFlagCreateRequest = strictObject({
  key: DocumentKey.meta({ description: "What applications ask for; never changes." }),
  name: Name.exactOptional().meta({ description: "Absent: the key." }),
  description: Text.exactOptional(),
  type: z.enum(FLAG_TYPES).default("boolean").meta({ description: "Never changes." }),
  category: Category.default("feature"),
  stage: Stage.default("development").meta({ description: "Where in its life the flag is." }),
  risk: Risk.exactOptional().meta({
    description: "Absent: `high` for kill switches, `low` for all other categories.",
  }),
  owner: Name.exactOptional().meta({ description: "Who answers for the flag." }),
  tags: Tags.default({}),
  salt: z.string().min(1).max(200).exactOptional().meta({
    description: "What rollouts hash with. Absent: the key. It never changes.",
  }),
  base: FlagConfigurationRequest.default({}).meta({
    description: "The configuration that every environment begins with.",
  }),
  environments: z
    .record(PlaceKey, FlagConfigurationRequest)
    .default({})
    .meta({
      description:
        "By environment key: what differs from `base` there. A field given here replaces the " +
        "base's field as a whole.",
    }),
  createIn: z.array(PlaceKey).min(1).max(50).exactOptional().meta({
    description: "Keys of the environments to create the flag in. Absent: all of the project.",
  }),
}).meta({ id: "CatalogueFlagCreateRequest" });

export const CatalogueFlagPatchRequest = strictObject({
  name: Name,
  description: Text.nullable().meta({ description: "`null` removes it." }),
  category: Category,
  stage: Stage,
  risk: Risk,
  owner: Name.nullable().meta({ description: "`null` removes it." }),
  tags: Tags.meta({ description: "Replaces all tags." }),
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "CatalogueFlagPatchRequest" });

export const CatalogueFlagQuery = strictObject({
  ...pageFields,
  category: Category.exactOptional(),
  stage: Stage.exactOptional(),
});

const catalogueFlagFields = {
  key: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  type: z.enum(FLAG_TYPES),
  category: Category,
  stage: Stage,
  risk: Risk,
  owner: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  environments: z
    .array(z.string())
    .meta({ description: "Keys of the environments that have the flag." }),
  pending: z.array(z.string()).meta({
    description: "Keys of environments where the creation is not finished; normally empty.",
  }),
  version: Version,
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
};

export const CatalogueFlagResponse = z.object(catalogueFlagFields).meta({ id: "CatalogueFlag" });
export const CatalogueFlagPage = pageOf(CatalogueFlagResponse).meta({ id: "CatalogueFlagPage" });

export const CatalogueFlagCreatedResponse = z
  .object({
    ...catalogueFlagFields,
    results: z
      .array(
        z.object({
          environment: z.string(),
          outcome: z.enum(["created", "existed"]),
          revision: z.int().meta({ description: "The environment's newest revision." }),
        }),
      )
      .meta({ description: "What happened in each environment." }),
  })
  .meta({ id: "CatalogueFlagCreated" });
