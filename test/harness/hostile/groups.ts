import {
  BREAK_GLASS_FORMAT,
  BREAK_GLASS_WINDOW_MS,
} from "../../../src/core/authority/break-glass.ts";
import type { Attacked, Group } from "./group.ts";
import { organisationGroups, signInGroups } from "./organisation-groups.ts";

export const PROJECT = "/api/v1/projects/hostile";
export const PLACE = `${PROJECT}/environments/prod`;
export const letters = "/api/v1/dead-letters";
const flag = `${PLACE}/flags/sound`;

const context = { context: { targetingKey: "ada", plan: "pro", nested: { list: [1, "a"] } } };
const rules = [
  {
    id: "r1",
    if: { and: [{ attribute: "email", operator: "matches", value: "^a+$" }] },
    then: { rollout: { unit: "targetingKey", variations: [{ key: "on", weight: 50 }] } },
  },
];
export const configuration = { enabled: true, default: { variation: "off" }, rules, targets: [] };
const segment = { key: "s", included: ["a"], excluded: [], rules: [{ segment: "beta" }] };

const now = Date.now();
const unit = { targetingKey: "ada", attributes: { plan: "pro", seats: 3 } };
/** Sound events with all that is optional there or not, under ids of their own. */
const batches = Array.from({ length: 60 }, (_, n) => {
  const of = { timestamp: now, flag: "sound", variation: "on" };
  const known = n % 2 === 0 ? {} : { reason: "SPLIT", flagVersion: n, experiment: "nav" };
  const variation = n % 3 === 0 ? null : "on";
  return {
    sentAt: now,
    privateAttributes: ["email"],
    events: [
      { kind: "exposure", id: `e-${n}`, ...of, ...unit, ...known },
      { kind: "metric", id: `m-${n}`, timestamp: now, ...unit, metric: "m", value: n - 29.5 },
      { kind: "usage", id: `u-${n}`, ...of, variation, reason: "SPLIT", count: 5 },
    ],
  };
});

/** Commands of the right form and of many wrong ones, none with a signature that fits. */
function sealedCommands({ environmentId, breakGlassKeyId }: Attacked): readonly unknown[] {
  const sound = {
    format: BREAK_GLASS_FORMAT,
    environmentId,
    keyId: breakGlassKeyId,
    flags: ["sound"],
    reason: "why",
    by: "ann",
    nonce: "0".repeat(32),
    notBeforeMs: now - 1_000,
    expiresAtMs: now + BREAK_GLASS_WINDOW_MS - 1_000,
  };
  const wrong = [null, 0, -1, 1e308, "", "x".repeat(100_000), [], {}, [[["a"]]], "\ud800"];
  const commands = Object.keys(sound)
    .filter((name) => name !== "environmentId")
    .flatMap((name) => wrong.map((value): unknown => ({ ...sound, [name]: value })));
  // Few come as far as the authority, so most of them are nearly right.
  const nearly = commands.map(() => sound);
  return [...nearly, ...commands].map((command, n) => ({
    command: JSON.stringify(command),
    signature: (n % 3 === 0 ? "0" : "f").repeat(n % 5 === 0 ? 127 : 128),
  }));
}

/** All routes there are, by what they take. */
export const groups: Readonly<Record<string, Group>> = {
  events: { by: "sdk-key", methods: ["POST"], paths: ["/sdk/v1/events"], bodies: batches },
  "what events lead to": {
    // Most of them are read only.
    methods: ["GET", "GET", "GET", "POST", "DELETE"],
    paths: [
      `${PLACE}/flags/sound/usage`,
      `${PLACE}/flags/sound/usage?granularity=hour&from=0`,
      letters,
      `${letters}/${"0".repeat(32)}`,
      `${letters}/${"0".repeat(32)}/redeliver`,
    ],
    bodies: [{}],
  },
  "ofrep one flag": {
    by: "sdk-key",
    methods: ["POST"],
    paths: ["/ofrep/v1/evaluate/flags/sound"],
    bodies: [context],
  },
  "ofrep all flags": {
    by: "sdk-key",
    methods: ["POST"],
    paths: ["/ofrep/v1/evaluate/flags"],
    bodies: [context],
  },
  "streams and rulesets of clients": {
    by: "sdk-key",
    methods: ["GET"],
    paths: [
      "/sdk/v1/stream",
      "/sdk/v1/ruleset",
      "/sdk/v1/ruleset?since=1",
      "/ofrep/v1/stream",
      "/ofrep/v1/stream?t=a.b.c",
    ],
    bodies: [{}],
  },
  "break-glass commands": {
    methods: ["POST"],
    paths: ["/sdk/v1/break-glass"],
    bodies: sealedCommands,
  },
  health: { methods: ["GET"], paths: ["/healthz"], bodies: [{}] },
  description: { methods: ["GET"], paths: ["/", "/api/docs", "/api/openapi.json"], bodies: [{}] },
  projects: {
    paths: ["/api/v1/projects", PROJECT],
    bodies: [{ key: "other", name: "Other", description: "x" }],
  },
  environments: {
    paths: [`${PROJECT}/environments`, PLACE, `${PLACE}/rollback`],
    bodies: [{ key: "dev", tags: { a: "b" }, production: true, salt: "s" }, { toRevision: 1 }],
  },
  catalogue: {
    paths: [`${PROJECT}/flags`, `${PROJECT}/flags/sound`],
    bodies: [
      {
        key: "new",
        type: "string",
        base: { variations: [{ key: "a", value: "x" }], ...configuration },
      },
      { name: "Sound", stage: "production", tags: { a: "b" } },
    ],
  },
  "flags of an environment": {
    paths: [
      `${PLACE}/flags`,
      flag,
      ...["kill", "unkill", "archive", "restore", "rollback", "explain", "overrides"].map(
        (verb) => `${flag}/${verb}`,
      ),
      `${flag}/overrides/o1`,
      `${flag}/overrides/o1/expire`,
    ],
    bodies: [
      configuration,
      { variation: "off", reason: "why" },
      { toRevision: 2 },
      { ...context, platform: { "$geo.country": "DE" }, now: 5 },
      { id: "o1", if: { segment: "beta" }, variation: "on", reason: "why" },
    ],
  },
  "kill switch of many flags": {
    methods: ["POST"],
    paths: [`${PLACE}/kill`, `${PLACE}/unkill`],
    bodies: [
      { flags: ["sound"], variation: "off", reason: "why" },
      { flags: ["sound"], reason: "why", dryRun: true },
      { tag: { name: "a", value: "b" }, variation: null, reason: "why" },
    ],
  },
  delivery: {
    methods: ["GET", "PATCH"],
    paths: [`${PLACE}/delivery`],
    bodies: [{ freshForMs: 500, graceMs: 1_000, confirmDeadlineMs: 250, relayShards: 2 }],
  },
  "what is kept of units": {
    methods: ["GET", "PATCH"],
    paths: [`${PLACE}/privacy`],
    bodies: [{ hashUnits: true, privateAttributes: ["email"] }],
  },
  "signing keys": {
    // Each rotation makes a key that stays.
    methods: ["GET", "GET", "GET", "GET", "POST"],
    paths: [`${PLACE}/signing-keys`, `${PLACE}/signing-keys/rotate`],
    bodies: [{ reason: "why" }],
  },
  segments: { paths: [`${PLACE}/segments`, `${PLACE}/segments/beta`], bodies: [segment] },
  keys: {
    methods: ["GET", "POST"],
    paths: ["", "/none", "/none/rotate", "/none/revoke"].map((rest) => `${PLACE}/keys${rest}`),
    bodies: [{ kind: "client", name: "k", origins: ["https://a.example"] }, { overlapSeconds: 5 }],
  },
  "break-glass keys": {
    methods: ["GET", "POST"],
    paths: ["", "/none", "/none/revoke"].map((rest) => `${PLACE}/break-glass-keys${rest}`),
    bodies: [{ name: "safe", reason: "why" }],
  },
  history: {
    methods: ["GET"],
    paths: [
      // The first reads all of the log each time, which is long by then.
      `${PLACE}/log/verification`,
      `${PLACE}/revisions/1/propagation/stream`,
      ...Array.from({ length: 6 }, () =>
        ["log", "changes", "ruleset", "revisions/1/propagation"].map((name) => `${PLACE}/${name}`),
      ).flat(),
    ],
    bodies: [{}],
  },
  ...signInGroups,
  ...organisationGroups,
};
