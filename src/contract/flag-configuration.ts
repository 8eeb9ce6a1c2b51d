import { z } from "zod";
import { LIMITS } from "../core/documents/limits.ts";
import { Condition } from "./condition.ts";
import { DocumentKey, Name, Text } from "./fields.ts";
import { JsonValue } from "./json-value.ts";
import { Outcome } from "./outcome.ts";
import { strictObject } from "./strict-object.ts";

const VariationRequest = strictObject({
  key: DocumentKey,
  value: JsonValue.meta({ description: "Of the flag's type." }),
  name: Name.exactOptional(),
  description: Text.exactOptional(),
}).meta({ id: "VariationRequest", examples: [{ key: "on", value: true }] });

const RuleRequest = strictObject({
  id: DocumentKey.meta({
    description: "Stable name of the rule inside the flag: evaluations and the log speak of it.",
  }),
  name: Name.exactOptional(),
  description: Text.exactOptional(),
  if: Condition,
  then: Outcome,
}).meta({ id: "RuleRequest" });

const TargetRequest = strictObject({
  variation: DocumentKey,
  attribute: z.string().min(1).max(500).default("targetingKey"),
  values: z.array(z.string().max(500)),
}).meta({ id: "TargetRequest", description: "Single units that always get one variation." });

const PrerequisiteRequest = strictObject({
  flag: DocumentKey,
  variations: z.array(DocumentKey).min(1),
}).meta({
  id: "PrerequisiteRequest",
  description: "Met when the other flag serves one of these variations.",
});

/** The part of a flag that differs from environment to environment. */
export const configurationFields = {
  description: Text.meta({ description: "What the flag does in this environment." }),
  variations: z.array(VariationRequest).min(1).max(LIMITS.variationsPerFlag),
  enabled: z.boolean().meta({ description: "Off: `offVariation` is served to everyone." }),
  offVariation: DocumentKey.nullable().meta({
    description: "Served while the flag is off; `null`: the caller's own default is used.",
  }),
  prerequisites: z.array(PrerequisiteRequest).max(LIMITS.prerequisitesPerFlag),
  targets: z.array(TargetRequest),
  rules: z
    .array(RuleRequest)
    .max(LIMITS.rulesPerFlag)
    .meta({ description: "In order; the first whose condition holds decides." }),
  default: Outcome.meta({ description: "Decides when nothing matched." }),
  clientVisible: z
    .boolean()
    .meta({ description: "Client keys (browsers, apps) see the flag only when this is true." }),
};

/**
 * A flag's configuration as its creator gives it. Absent fields get the defaults that the
 * descriptions of the endpoints name.
 */
export const FlagConfigurationRequest = strictObject(configurationFields)
  .exactPartial()
  .meta({ id: "FlagConfigurationRequest" });
export type FlagConfigurationRequest = z.infer<typeof FlagConfigurationRequest>;
