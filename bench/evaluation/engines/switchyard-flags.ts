import type { AttributeCondition } from "../../../src/core/documents/condition.ts";
import type { FlagDocument, Outcome, Rule } from "../../../src/core/documents/flag.ts";
import {
  COUNTRIES,
  EMAIL_END,
  FIXED,
  LOGINS,
  NONE,
  PLAN,
  SHARES,
  SPLIT,
  VARIATIONS,
  VERSION,
} from "../workloads.ts";

const CONDITIONS: readonly AttributeCondition[] = [
  { attribute: "country", operator: "in", value: COUNTRIES },
  { attribute: "plan", operator: "eq", value: PLAN },
  { attribute: "email", operator: "ends_with", value: EMAIL_END },
  { attribute: "appVersion", operator: "semver_gte", value: VERSION },
  { attribute: "logins", operator: "gt", value: LOGINS },
];

const THIRDS: Outcome = {
  rollout: {
    unit: "targetingKey",
    variations: SPLIT.map((key, at) => ({ key, weight: SHARES[at] ?? 0 })),
  },
};

/** The flag of workload (a). */
export function halfFlag(key: string): FlagDocument {
  return {
    ...common(key),
    type: "boolean",
    variations: [
      { key: "on", value: true },
      { key: "off", value: false },
    ],
    rules: [],
    default: {
      rollout: {
        unit: "targetingKey",
        variations: [
          { key: "on", weight: 50 },
          { key: "off", weight: 50 },
        ],
      },
    },
  };
}

/** The flag of workload (b). */
export function rulesFlag(key: string): FlagDocument {
  return {
    ...common(key),
    type: "string",
    variations: VARIATIONS.map((name) => ({ key: name, value: name })),
    rules: CONDITIONS.map((condition, at): Rule => {
      const fixed = FIXED[at];
      const then = fixed === undefined ? THIRDS : { variation: fixed };
      return { id: `rule-${at + 1}`, if: condition, then };
    }),
    default: { variation: NONE },
  };
}

function common(key: string) {
  return {
    key,
    enabled: true,
    offVariation: null,
    killed: null,
    overrides: [],
    prerequisites: [],
    targets: [],
    salt: key,
    clientVisible: false,
  };
}

/** A snapshot with these flags and nothing else. */
export function snapshotOf(flags: readonly FlagDocument[]) {
  return {
    format: "switchyard.snapshot/1",
    environmentId: "benchmark",
    revision: 1,
    acceptedAtMs: 1_767_225_600_000,
    salt: "benchmark-salt",
    flags: flags.map((document) => ({ version: 1, document })),
    segments: [],
    experiments: [],
    holdouts: [],
    keys: [],
  };
}
