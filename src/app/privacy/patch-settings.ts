import type { ExpectedVersion } from "../../core/authority/command.ts";
import { COMPLIANCE_PRESETS } from "../../core/compliance/presets.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import type { Environment, Place, PlaceProblem } from "../environments/environment.ts";
import { type FindEnvironmentDeps, findEnvironment } from "../environments/find-environment.ts";
import { isExpected } from "../expected-version.ts";
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

/** The settings were changed since the caller read them. */
export interface SettingsConflict {
  readonly kind: "settings-conflict";
  readonly expected: number;
  /** `null`: another writer won at this very moment. */
  readonly actual: number | null;
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
  return ok(await privacyOf(found.value, place.organisationId, deps));
}

async function privacyOf(
  { id }: Environment,
  organisationId: string,
  { privacySettings }: SettingsDeps,
): Promise<PrivacyNow> {
  const [privacy, { preset }] = await Promise.all([
    privacySettings.ofEnvironment(id),
    privacySettings.ofOrganisation(organisationId),
  ]);
  return { privacy, effective: effectivePrivacy(privacy, COMPLIANCE_PRESETS[preset]) };
}

interface PatchInput<Settings> {
  readonly patch: Partial<Omit<Settings, "version">>;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export async function patchPrivacy(
  { place, patch, expectedVersion, caller }: PatchInput<EnvironmentPrivacy> & { place: Place },
  deps: SettingsDeps,
): Promise<Result<PrivacyNow, PlaceProblem | SettingsConflict>> {
  const found = await findEnvironment(place, deps);
  if (!found.ok) return found;
  const { privacy: before } = await privacyOf(found.value, place.organisationId, deps);
  if (!isExpected(expectedVersion, before.version)) return err(conflict(expectedVersion, before));
  const after = { ...before, ...patch, version: before.version + 1 };
  const change = { environment: found.value, before, after, atMs: deps.now(), caller };
  if ((await deps.privacySettings.patchEnvironment(change)) === "raced") {
    return err(conflict(expectedVersion, before, true));
  }
  return ok(await privacyOf(found.value, place.organisationId, deps));
}

/** Refuses a retention of the audit log that is shorter than the preset allows. */
export async function patchCompliance(
  { patch, expectedVersion, caller }: PatchInput<OrganisationCompliance>,
  { privacySettings, now }: SettingsDeps,
): Promise<Result<OrganisationCompliance, SettingsConflict | PresetRefuses>> {
  const before = await privacySettings.ofOrganisation(caller.organisationId);
  if (!isExpected(expectedVersion, before.version)) return err(conflict(expectedVersion, before));
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
  return outcome === "raced" ? err(conflict(expectedVersion, before, true)) : ok(after);
}

function conflict(
  expected: ExpectedVersion,
  { version }: { readonly version: number },
  raced = false,
): SettingsConflict {
  return {
    kind: "settings-conflict",
    expected: expected === "any" ? version : expected,
    actual: raced ? null : version,
  };
}
