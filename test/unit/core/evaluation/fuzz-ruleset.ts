import { flag, rulesetOf, type Parts } from "./build.ts";

const outcome = {
  rollout: {
    unit: "targetingKey",
    variations: [
      { key: "on", weight: 30 },
      { key: "off", weight: 30 },
    ],
  },
};
const leaves: readonly object[] = [
  { attribute: "plan", operator: "eq", value: "pro" },
  { attribute: "plan", operator: "neq", value: 5 },
  { attribute: "plan", operator: "in", value: ["pro", 1, true], ignoreCase: true },
  { attribute: "org.id", operator: "not_in", value: ["a"] },
  { attribute: "email", operator: "contains", value: ["@", "x"] },
  { attribute: "email", operator: "not_contains", value: "@" },
  { attribute: "email", operator: "starts_with", value: "a", ignoreCase: true },
  { attribute: "email", operator: "ends_with", value: "z" },
  { attribute: "email", operator: "matches", value: "^a+b*$" },
  { attribute: "email", operator: "not_matches", value: "[0-9]" },
  { attribute: "age", operator: "lt", value: 18 },
  { attribute: "age", operator: "between", value: [1, 9] },
  { attribute: "at", operator: "before", value: "2026-01-01T00:00:00Z" },
  { attribute: "$now", operator: "after", value: 1_000 },
  { attribute: "version", operator: "semver_eq", value: "1.2.3" },
  { attribute: "version", operator: "semver_range", value: "^1.2 || ~2.0.1" },
  { attribute: "ip", operator: "ip_in", value: ["10.0.0.0/8", "2001:db8::/32"] },
  { attribute: "ip", operator: "ip_not_in", value: ["::1/128"] },
  { attribute: "constructor", operator: "exists" },
  { attribute: "__proto__.x", operator: "not_exists" },
  { operator: "in_segment", value: ["beta"] },
  { attribute: "plan", operator: "in_segment", value: ["pro"] },
  { attribute: "$geo.country", operator: "eq", value: "DE" },
];

const isPro = { attribute: "plan", operator: "eq", value: "pro" } as const;
const hasMail = { attribute: "email", operator: "contains", value: "a" } as const;
const isYoung = { attribute: "age", operator: "lt", value: 18 } as const;
const isNewer = { attribute: "version", operator: "semver_gte", value: "1.2.3" } as const;

/** Flags that between them use every operator and every way to answer. */
export const fuzzParts: Parts = {
  flags: [
    ...leaves.map((leaf, index) =>
      flag({
        key: `leaf-${index}`,
        rules: [{ id: "r1", if: { not: { and: [leaf as never] } }, then: outcome }],
      }),
    ),
    // Several rules of nested groups, which share neither outcomes nor where they go on.
    flag({
      key: "groups",
      rules: [
        {
          id: "r1",
          if: { or: [{ and: [isPro, { not: hasMail }] }, { not: { or: [isYoung, isNewer] } }] },
          then: { variation: "off" },
        },
        { id: "r2", if: { and: [hasMail, { or: [isYoung, { not: isPro }] }] }, then: outcome },
        { id: "r3", if: { not: { and: [isYoung, isNewer, isPro] } }, then: { variation: "on" } },
      ],
      default: split("targetingKey"),
    }),
    flag({
      key: "empty-groups",
      rules: [
        { id: "r1", if: { or: [] }, then: { variation: "off" } },
        { id: "r2", if: { and: [isPro, { and: [] }] }, then: { variation: "on" } },
        { id: "r3", if: { not: { or: [{ or: [] }] } }, then: outcome },
      ],
    }),
    flag({ key: "unit", default: split("targetingKey") }),
    flag({ key: "nested-unit", default: split("org.id") }),
    flag({
      key: "targets",
      targets: [
        { variation: "off", attribute: "plan", values: ["pro", "1"] },
        { variation: "on", attribute: "constructor", values: ["Object"] },
      ],
    }),
    flag({
      key: "needs",
      prerequisites: [
        { flag: "targets", variations: ["on"] },
        { flag: "unit", variations: ["on", "off"] },
      ],
      overrides: [
        {
          id: "o",
          if: leaves[0] as never,
          then: { variation: "off" },
          reason: "",
          expiresAt: 5_000,
        },
      ],
    }),
    flag({
      key: "again",
      prerequisites: [
        { flag: "needs", variations: ["on"] },
        { flag: "unit", variations: ["on"] },
      ],
    }),
    flag({
      key: "experiment",
      rules: [
        {
          id: "r1",
          if: { segment: "beta" },
          then: { rollout: { ...outcome.rollout, salt: "exp", experiment: "e" } },
        },
      ],
      default: split("age"),
    }),
    flag({ key: "killed", killed: { variation: null, reason: "" } }),
    flag({ key: "off", enabled: false, offVariation: null }),
    flag({ key: "static" }),
  ],
  segments: [
    {
      key: "beta",
      unit: "plan",
      included: ["free"],
      excluded: ["x"],
      rules: [{ segment: "inner" }],
    },
    { key: "inner", included: [], excluded: [], rules: [leaves[10]] },
  ],
  experiments: [{ key: "e", layer: { key: "layer", ranges: [[0, 70_000]] } }],
  holdouts: [{ key: "h", ranges: [[0, 20_000]], experiments: ["e"] }],
};

export const fuzzRuleset = rulesetOf(fuzzParts);

function split(unit: string) {
  return {
    rollout: {
      unit,
      variations: [
        { key: "on", weight: 50 },
        { key: "off", weight: 50 },
      ],
    },
  };
}
