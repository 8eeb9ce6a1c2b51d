import { z } from "zod";
import {
  COMPLIANCE_PRESETS,
  type ComplianceSwitches,
  PRESETS,
  SWITCH_MEANINGS,
} from "../core/compliance/presets.ts";
import { MASKING_MODES } from "../core/privacy/mask.ts";
import { strictObject } from "./strict-object.ts";

const figure = z.int();
const described = <T extends z.ZodType>(name: keyof ComplianceSwitches, schema: T) =>
  schema.meta({ description: SWITCH_MEANINGS[name] });

const Switches = z
  .object({
    reasonRequired: described("reasonRequired", z.boolean()),
    auditMasking: described("auditMasking", z.enum(MASKING_MODES)),
    eventMasking: described("eventMasking", z.enum(MASKING_MODES)),
    hashUnitKeys: described("hashUnitKeys", z.boolean()),
    personalTokenDays: described("personalTokenDays", figure),
    serviceTokenDays: described("serviceTokenDays", figure.nullable()),
    sessionHours: described("sessionHours", figure),
    twoFactorRequired: described("twoFactorRequired", z.boolean()),
    clientKeysNeedOrigins: described("clientKeysNeedOrigins", z.boolean()),
    stagedPublishInProduction: described("stagedPublishInProduction", z.boolean()),
    auditRetentionDaysLeast: described("auditRetentionDaysLeast", figure),
    rawEventDaysMost: described("rawEventDaysMost", figure.nullable()),
  } satisfies Record<keyof ComplianceSwitches, z.ZodType>)
  .meta({ id: "ComplianceSwitches", description: "`null`: no limit of this kind." });

const Days = z.int().min(1).max(36_500).nullable();
const AT_LEAST = "`null`: for good. At least `auditRetentionDaysLeast` of the preset.";

const organisationFields = {
  preset: z.enum(PRESETS),
  auditDetailDays: Days.meta({
    description: `How long details of the audit log are kept; its entries stay. ${AT_LEAST}`,
  }),
  auditEntryDays: Days.meta({
    description:
      "How long entries of the organisation's own audit log stay before they are moved into " +
      `archives, details and all. ${AT_LEAST}`,
  }),
};

export const CompliancePatchRequest = strictObject(organisationFields)
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "CompliancePatchRequest", description: "Absent keeps." });

export const ComplianceResponse = z
  .object({
    ...organisationFields,
    switches: Switches,
    version: z.int().min(0).meta({ description: "0: nothing was set, so `standard` holds." }),
  })
  .meta({ id: "Compliance" });

export const CompliancePresetsResponse = z
  .object({ presets: z.array(z.object({ preset: z.enum(PRESETS), switches: Switches })) })
  .meta({ id: "CompliancePresets" });

/** The table, in the order of strictness. */
export const presetTable = () =>
  PRESETS.map((preset) => ({ preset, switches: COMPLIANCE_PRESETS[preset] }));
