import type { PrivacySettingsStore } from "../../src/app/privacy/environment-privacy.ts";
import { COMPLIANCE_PRESETS, type Preset } from "../../src/core/compliance/presets.ts";
import type { MaskingMode } from "../../src/core/privacy/mask.ts";

type PresetReader = Pick<PrivacySettingsStore, "ofOrganisation">;

/** How long an isolate goes by what it has read, in milliseconds. */
const KNOWN_FOR_MS = 10_000;
const MOST_KNOWN = 1_000;

const known = new Map<string, { readonly preset: Preset; readonly untilMs: number }>();

/** The preset of an organisation, as this isolate knows it: at most 10 seconds old. */
export async function presetOf(
  organisationId: string,
  privacySettings: PresetReader,
  nowMs: number,
): Promise<Preset> {
  const held = known.get(organisationId);
  if (held !== undefined && nowMs < held.untilMs) return held.preset;
  const { preset } = await privacySettings.ofOrganisation(organisationId);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(organisationId, { preset, untilMs: nowMs + KNOWN_FOR_MS });
  return preset;
}

/** What becomes of personal data in the organisation's audit logs. */
export async function auditMaskingOf(
  organisationId: string,
  privacySettings: PresetReader,
  nowMs: number,
): Promise<MaskingMode> {
  return COMPLIANCE_PRESETS[await presetOf(organisationId, privacySettings, nowMs)].auditMasking;
}

/** After a change of it, this isolate knows at once. */
export const forgetPreset = (organisationId: string): boolean => known.delete(organisationId);
