import type { MaskingMode } from "../privacy/mask.ts";

/** How strictly an organisation is run. Each preset is at least as strict as the one before it. */
export const PRESETS = ["standard", "strict", "defense"] as const;
export type Preset = (typeof PRESETS)[number];

/** What a preset decides. `null` as a figure: no limit of this kind. */
export interface ComplianceSwitches {
  /** Each change is refused without a reason, in its body or the header `x-switchyard-reason`. */
  readonly reasonRequired: boolean;
  /** What becomes of personal data in the details of the audit log, before they are stored. */
  readonly auditMasking: MaskingMode;
  /** The least that is done with personal data in the attributes of events. */
  readonly eventMasking: MaskingMode;
  /** Unit keys of events are stored hashed, whatever the environment says. */
  readonly hashUnitKeys: boolean;
  /** How long a person's token may live. */
  readonly personalTokenDays: number;
  readonly serviceTokenDays: number | null;
  /** How long a session may live, from sign-in. */
  readonly sessionHours: number;
  /** A person without a second factor may only set one up. */
  readonly twoFactorRequired: boolean;
  /** A client key names the origins that browsers may send it from. */
  readonly clientKeysNeedOrigins: boolean;
  /** Changes of a production environment are tried on one relay first. */
  readonly stagedPublishInProduction: boolean;
  /** The audit log is kept for at least so long. */
  readonly auditRetentionDaysLeast: number;
  /** Raw events are kept for at most so long. */
  readonly rawEventDaysMost: number | null;
}

export const COMPLIANCE_PRESETS: Readonly<Record<Preset, ComplianceSwitches>> = {
  standard: {
    reasonRequired: false,
    auditMasking: "off",
    eventMasking: "off",
    hashUnitKeys: false,
    personalTokenDays: 365,
    serviceTokenDays: null,
    sessionHours: 168,
    twoFactorRequired: false,
    clientKeysNeedOrigins: false,
    stagedPublishInProduction: false,
    auditRetentionDaysLeast: 90,
    rawEventDaysMost: null,
  },
  strict: {
    reasonRequired: true,
    auditMasking: "mask",
    eventMasking: "mask",
    hashUnitKeys: false,
    personalTokenDays: 90,
    serviceTokenDays: 365,
    sessionHours: 24,
    twoFactorRequired: true,
    clientKeysNeedOrigins: true,
    stagedPublishInProduction: true,
    auditRetentionDaysLeast: 365,
    rawEventDaysMost: 395,
  },
  defense: {
    reasonRequired: true,
    auditMasking: "remove",
    eventMasking: "remove",
    hashUnitKeys: true,
    personalTokenDays: 30,
    serviceTokenDays: 90,
    sessionHours: 8,
    twoFactorRequired: true,
    clientKeysNeedOrigins: true,
    stagedPublishInProduction: true,
    auditRetentionDaysLeast: 2_555,
    rawEventDaysMost: 90,
  },
};

/** What each switch does, for people. */
export const SWITCH_MEANINGS: Readonly<Record<keyof ComplianceSwitches, string>> = {
  reasonRequired: "Each change needs a reason.",
  auditMasking:
    "Personal data in reasons and details of the audit log, before they are stored; in documents of " +
    "environments' logs, when the audit log shows or exports them.",
  eventMasking: "The least done with personal data in attributes of events.",
  hashUnitKeys: "Unit keys of events are stored hashed in every environment.",
  personalTokenDays: "The longest life of a personal token, in days.",
  serviceTokenDays: "The longest life of a service account's token, in days.",
  sessionHours: "The longest life of a session, in hours.",
  twoFactorRequired: "People need a second factor.",
  clientKeysNeedOrigins: "Client keys name the origins that may use them.",
  stagedPublishInProduction: "Production environments publish in stages.",
  auditRetentionDaysLeast: "The shortest retention of the audit log, in days.",
  rawEventDaysMost: "The longest retention of raw events, in days.",
};
