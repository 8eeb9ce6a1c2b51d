import { applyDelta } from "../../../../src/core/evaluation/apply-delta.ts";
import type { Ruleset } from "../../../../src/core/evaluation/ruleset.ts";
import { delta, deps, flag, rulesetOf, segment } from "./build.ts";

/** What deltas are applied to: flags and segments, some of which refer to others. */
export const base = rulesetOf({
  flags: [
    flag({ key: "plain" }),
    flag({
      key: "asks",
      rules: [{ id: "r1", if: { segment: "beta" }, then: { variation: "off" } }],
    }),
    flag({ key: "needs", prerequisites: [{ flag: "plain", variations: ["on"] }] }),
  ],
  segments: [segment("beta", { rules: [{ segment: "inner" }] }), segment("inner")],
  keys: [{ id: "k1", kind: "server", hash: "1".repeat(64), expiresAtMs: null, origins: [] }],
});

export function after(
  ruleset: Ruleset,
  ...changes: { kind: string; key: string; state: unknown }[]
) {
  return applyDelta(ruleset, delta(ruleset.revision, changes), deps);
}
