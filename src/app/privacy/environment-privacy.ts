import type { EnvironmentId } from "../../core/brand.ts";
import type { ComplianceSwitches, Preset } from "../../core/compliance/presets.ts";
import type { EventPrivacy } from "../../core/privacy/event-privacy.ts";
import type { MaskingMode } from "../../core/privacy/mask.ts";
import type { Caller } from "../caller.ts";

/** How an environment treats personal data in its events, and how long it keeps them. */
export interface EnvironmentPrivacy {
  /** Names of attributes that are dropped from events before they are kept. */
  readonly privateAttributes: readonly string[];
  readonly attributeMasking: MaskingMode;
  /** Unit keys are kept as HMAC-SHA256. */
  readonly hashUnits: boolean;
  /** `null`: for good. */
  readonly rawEventDays: number | null;
  readonly deadLetterDays: number | null;
  /** 0: nothing was ever set. */
  readonly version: number;
}

export const PRIVACY_DEFAULTS: EnvironmentPrivacy = {
  privateAttributes: [],
  attributeMasking: "off",
  hashUnits: false,
  rawEventDays: null,
  deadLetterDays: null,
  version: 0,
};

/** What an organisation has chosen. */
export interface OrganisationCompliance {
  readonly preset: Preset;
  /** How long details of the audit log are kept; `null`: for good. */
  readonly auditDetailDays: number | null;
  /** How long its entries stay before they are archived; `null`: for good. */
  readonly auditEntryDays: number | null;
  /** 0: nothing was ever set. */
  readonly version: number;
}

export const COMPLIANCE_DEFAULTS: OrganisationCompliance = {
  preset: "standard",
  auditDetailDays: null,
  auditEntryDays: null,
  version: 0,
};

export interface PrivacySettingsStore {
  ofEnvironment(environmentId: EnvironmentId): Promise<EnvironmentPrivacy>;
  /** Recorded in the audit log together with it. `"raced"`: another writer took the version first. */
  patchEnvironment(change: SettingsChange<EnvironmentPrivacy>): Promise<"committed" | "raced">;
  /** What unit keys are or were hashed with; `null`: they never were. */
  pepperOf(environmentId: EnvironmentId): Promise<Uint8Array | null>;
  /** What is done with events, presets included; makes a pepper where keys are hashed without one. */
  forEvents(
    environmentIds: readonly EnvironmentId[],
  ): Promise<ReadonlyMap<EnvironmentId, EventPrivacy>>;
  /** What holds in all environments, presets included, in order of their ids after this one. */
  all(
    after: string | null,
    limit: number,
  ): Promise<
    readonly { readonly environmentId: EnvironmentId; readonly privacy: EnvironmentPrivacy }[]
  >;
  ofOrganisation(organisationId: string): Promise<OrganisationCompliance>;
  patchOrganisation(
    change: Omit<SettingsChange<OrganisationCompliance>, "environment">,
  ): Promise<"committed" | "raced">;
}

export interface SettingsChange<Settings> {
  readonly environment: {
    readonly id: EnvironmentId;
    readonly projectId: string;
    readonly key: string;
  };
  readonly before: Settings;
  readonly after: Settings;
  readonly atMs: number;
  readonly caller: Caller;
}

const STRICTNESS: readonly MaskingMode[] = ["off", "mask", "remove"];

/** The stricter of what the environment has set and what the organisation's preset demands. */
export function effectivePrivacy(
  privacy: EnvironmentPrivacy,
  switches: ComplianceSwitches,
): EnvironmentPrivacy {
  const { attributeMasking, hashUnits, rawEventDays } = privacy;
  const strictness = Math.max(
    STRICTNESS.indexOf(attributeMasking),
    STRICTNESS.indexOf(switches.eventMasking),
  );
  return {
    ...privacy,
    attributeMasking: STRICTNESS[strictness] ?? "remove",
    hashUnits: hashUnits || switches.hashUnitKeys,
    rawEventDays: shorter(rawEventDays, switches.rawEventDaysMost),
  };
}

function shorter(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
