import type { ExpectedVersion } from "../../core/authority/command.ts";
import { COMPLIANCE_PRESETS } from "../../core/compliance/presets.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { type FindEnvironmentDeps, findEnvironment } from "../environments/find-environment.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
import {
  type EnvironmentPrivacy,
  type OrganisationCompliance,
  type PrivacySettingsStore,
  effectivePrivacy,
} from "./environment-privacy.ts";

export interface SettingsDeps extends FindEnvironmentDeps {
  readonly privacySettings: PrivacySettingsStore;
  readonly now: () => number;
}

/** What the organisation's preset does not allow. */
export interface PresetRefuses {
  readonly kind: "preset-refuses";
  readonly preset: string;
  /** What was asked for, and what is allowed. */
  readonly why: string;
}

/** What an environment has set, and what holds. */
export interface PrivacyNow {
  readonly privacy: EnvironmentPrivacy;
  /** With what the organisation's preset demands. */
  readonly effective: EnvironmentPrivacy;
}

export async function readPrivacy(
  place: Place,
  deps: SettingsDeps,
): Promise<Result<PrivacyNow, PlaceProblem>> {
  const found = await findEnvironment(place, deps);
  if (!found.ok) return found;
  const privacy = await deps.privacySettings.ofEnvironment(found.value.id);
  return ok(await underPreset(privacy, place.organisationId, deps));
}

async function underPreset(
  privacy: EnvironmentPrivacy,
  organisationId: string,
  { privacySettings }: SettingsDeps,
): Promise<PrivacyNow> {
  const { preset } = await privacySettings.ofOrganisation(organisationId);
  return { privacy, effective: effectivePrivacy(privacy, COMPLIANCE_PRESETS[preset]) };
}

const SETTINGS = { what: "privacy-settings", key: null } as const;
const PRESET = { what: "compliance", key: null } as const;

interface PatchInput<Settings> {
  readonly patch: Partial<Omit<Settings, "version">>;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export async function patchPrivacy(
  { place, patch, expectedVersion, caller }: PatchInput<EnvironmentPrivacy> & { place: Place },
  deps: SettingsDeps,
): Promise<Result<PrivacyNow, PlaceProblem | Changed>> {
  const found = await findEnvironment(place, deps);
  if (!found.ok) return found;
  const before = await deps.privacySettings.ofEnvironment(found.value.id);
  const seen = asSeen(SETTINGS, expectedVersion, before);
  if (!seen.ok) return seen;
  const after = { ...before, ...patch, version: before.version + 1 };
  const change = { environment: found.value, before, after, atMs: deps.now(), caller };
  if ((await deps.privacySettings.patchEnvironment(change)) === "raced") {
    return raced(SETTINGS, before.version);
  }
  return ok(await underPreset(after, place.organisationId, deps));
}

/** Refuses a retention of the audit log that is shorter than the preset allows. */
export async function patchCompliance(
  { patch, expectedVersion, caller }: PatchInput<OrganisationCompliance>,
  { privacySettings, now }: SettingsDeps,
): Promise<Result<OrganisationCompliance, Changed | PresetRefuses>> {
  const before = await privacySettings.ofOrganisation(caller.organisationId);
  const seen = asSeen(PRESET, expectedVersion, before);
  if (!seen.ok) return seen;
  const after = { ...before, ...patch, version: before.version + 1 };
  const least = COMPLIANCE_PRESETS[after.preset].auditRetentionDaysLeast;
  for (const name of ["auditDetailDays", "auditEntryDays"] as const) {
    const days = after[name];
    if (days === null || days >= least) continue;
    const why = `${name} would be ${days}; it is at least ${least}`;
    return err({ kind: "preset-refuses", preset: after.preset, why });
  }
  const change = { before, after, atMs: now(), caller };
  const outcome = await privacySettings.patchOrganisation(change);
  return outcome === "raced" ? raced(PRESET, before.version) : ok(after);
}
