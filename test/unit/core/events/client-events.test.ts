import { describe, expect, it } from "vitest";
import { clientEvents } from "../../../../src/core/events/client-events.ts";
import { EVENT_LIMITS } from "../../../../src/core/events/limits.ts";
import { flag, must, rulesetOf } from "../evaluation/build.ts";
import { exposure, metric, refused, taken, usage } from "./wire.ts";

const ruleset = rulesetOf({
  flags: [flag({ key: "seen", clientVisible: true }), flag({ key: "hidden" })],
});
/** Of one batch. */
const asClient = () => ({ check: clientEvents(ruleset) });

describe("from senders that anyone can be", () => {
  it("flags must be there and visible to clients, which are told apart by nobody", () => {
    const ghost = refused(exposure({ flag: "ghost" }), asClient());
    const hidden = refused(exposure({ flag: "hidden" }), asClient());
    expect(ghost.code).toBe("flag-unknown");
    expect(hidden.code).toBe("flag-unknown");
    expect(hidden.message.replace("hidden", "ghost")).toBe(ghost.message);
  });

  it("variations must be the flag's", () => {
    const problem = refused(exposure({ flag: "seen", variation: "maybe" }), asClient());
    expect(problem.code).toBe("variation-unknown");
    expect(problem.message).toContain('Flag "seen" has no variation "maybe"');
  });

  it("what is known is taken, and so are metrics, which belong to no flag", () => {
    const events = [exposure({ flag: "seen" }), metric(), metric({ id: "m-2", value: -1e9 })];
    expect(must(taken({ events }, asClient()))).toMatchObject({ accepted: 3 });
  });

  it.each([
    ["a flag that they may see", ruleset],
    ["any flag, while what is known of flags may be out of date", null],
  ])("counts are not taken, of %s", (_what, known) => {
    const problem = refused(usage({ flag: "seen" }), { check: clientEvents(known) });
    expect(problem).toMatchObject({ index: 0, id: "u-1", code: "server-key-only" });
    expect(problem.message).toContain("taken from server keys only");
  });

  it("flags are not asked for while what is known of them may be out of date", () => {
    const events = [exposure({ flag: "ghost" })];
    expect(must(taken({ events }, { check: clientEvents(null) })).accepted).toBe(1);
  });

  it("one event's value ruins no sum", () => {
    for (const value of [1e9 + 1, -1e15]) {
      const problem = refused(metric({ value }), asClient());
      expect(problem.code).toBe("invalid-field");
      expect(problem.message).toContain(`"value" is ${value}; with a client key it may be from`);
    }
  });

  it("a batch names few metrics, each as often as it likes", () => {
    const names = Array.from({ length: EVENT_LIMITS.clientMetrics + 2 }, (_, n) => `m${n}`);
    const events = [...names, ...names].map((name, n) => metric({ id: `e${n}`, metric: name }));
    const { accepted, rejected } = must(taken({ events }, asClient()));
    expect(accepted).toBe(2 * EVENT_LIMITS.clientMetrics);
    expect(new Set(rejected.map(({ code }) => code))).toEqual(new Set(["too-many-metrics"]));
    expect(rejected[0]?.message).toContain('Metric "m20" is one more than the 20');
  });
});
