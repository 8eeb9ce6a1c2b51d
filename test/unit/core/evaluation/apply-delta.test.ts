import { describe, expect, it } from "vitest";
import { applyDelta } from "../../../../src/core/evaluation/apply-delta.ts";
import { evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../../../src/core/evaluation/ruleset.ts";
import { after, base } from "./base-ruleset.ts";
import { delta, deps, flag, issuesOf, must, NOON, segment, versioned } from "./build.ts";

const state = (kind: string, document: { key: string }, version = 2) => ({
  kind,
  key: document.key,
  state: versioned(document, version),
});
const gone = (kind: string, key: string) => ({ kind, key, state: null });
const user = { targetingKey: "user-1" };

const served = (ruleset: Ruleset, key: string) => {
  const answer = evaluateFlag(ruleset, key, user, NOON);
  return answer.kind === "served" ? answer.variation : answer.kind;
};

describe("applyDelta", () => {
  it("makes a new ruleset of the next revision and leaves the old one as it was", () => {
    const next = must(
      after(base, state("flag", flag({ key: "plain", default: { variation: "off" } }))),
    );
    expect([next.revision, next.acceptedAtMs]).toEqual([2, 1_767_225_600_001]);
    expect([served(base, "plain"), served(next, "plain")]).toEqual(["on", "off"]);
    expect(next.flags.get("plain")?.version).toBe(2);
  });

  it("compiles only what the delta touches", () => {
    const next = must(after(base, state("flag", flag({ key: "plain", enabled: false }))));
    expect(next.flags.get("asks")).toBe(base.flags.get("asks"));
    expect(next.flags.get("needs")).toBe(base.flags.get("needs"));
    expect(next.segments).toBe(base.segments);
  });

  it("lets a flag see that its prerequisite has changed", () => {
    const next = must(
      after(base, state("flag", flag({ key: "plain", default: { variation: "off" } }))),
    );
    expect(evaluateFlag(next, "needs", user, NOON)).toMatchObject({ cause: "prerequisite" });
  });

  it("adds and removes flags at their place in the order", () => {
    const next = must(
      after(
        base,
        state("flag", flag({ key: "middle" })),
        gone("flag", "asks"),
        gone("flag", "never"),
      ),
    );
    expect(next.flagsByKey.map(({ key }) => key)).toEqual(["middle", "needs", "plain"]);
    expect(served(next, "asks")).toBe("not-found");
  });

  it("reaches the flags behind a segment that another segment names", () => {
    const next = must(after(base, state("segment", segment("inner", { included: ["user-1"] }))));
    expect([served(base, "asks"), served(next, "asks")]).toEqual(["on", "off"]);
    expect(next.flags.get("plain")).toBe(base.flags.get("plain"));
  });

  it("gives and takes SDK keys by id", () => {
    const second = { id: "k2", kind: "client", hash: "2".repeat(64), expiresAtMs: 5, origins: [] };
    const next = must(
      after(base, { kind: "key", key: "k2", state: versioned(second) }, gone("key", "k1")),
    );
    expect([...next.keys.keys()]).toEqual(["2".repeat(64)]);
    expect([...base.keys.keys()]).toEqual(["1".repeat(64)]);
  });

  it.each([
    {
      name: "a segment that a flag uses",
      changes: [gone("segment", "beta")],
      paths: ["/flags/asks/rules/0/if/segment"],
    },
    {
      name: "a segment that a segment uses",
      changes: [gone("segment", "inner")],
      paths: ["/segments/beta/rules/0/segment"],
    },
    {
      name: "a flag that is a prerequisite",
      changes: [gone("flag", "plain")],
      paths: ["/flags/needs/prerequisites/0/flag"],
    },
    {
      name: "a variation that a prerequisite asks for",
      changes: [
        state(
          "flag",
          flag({
            key: "plain",
            variations: [{ key: "off", value: false }],
            default: { variation: "off" },
          }),
        ),
      ],
      paths: ["/flags/needs/prerequisites/0/variations/0"],
    },
  ])("refuses to take away $name, and says who refers to it", ({ changes, paths }) => {
    expect(issuesOf(after(base, ...changes)).map(({ path }) => path)).toEqual(paths);
  });

  it("refuses a change that closes a circle of prerequisites", () => {
    const closing = flag({ key: "plain", prerequisites: [{ flag: "needs", variations: ["on"] }] });
    expect(issuesOf(after(base, state("flag", closing)))).toEqual([
      expect.objectContaining({
        code: "prerequisite.cycle",
        message: expect.stringMatching(/plain → needs → plain|needs → plain → needs/),
      }),
    ]);
  });

  it("takes both away when the flag that refers goes with what it refers to", () => {
    expect(after(base, gone("flag", "needs"), gone("flag", "plain")).ok).toBe(true);
    expect(after(base, gone("flag", "asks"), gone("segment", "beta")).ok).toBe(true);
  });

  it.each([
    {
      name: "for another environment",
      input: { ...delta(1, []), environmentId: "zzzzzzzz" },
      code: "delta.other-environment",
    },
    { name: "that begins before the ruleset", input: delta(0, []), code: "delta.other-revision" },
    { name: "that begins after the ruleset", input: delta(2, []), code: "delta.other-revision" },
    { name: "that leads back", input: { ...delta(1, []), revision: 1 }, code: "delta.backwards" },
    {
      name: "of another format",
      input: { ...delta(1, []), format: "switchyard.delta/2" },
      code: "document.wrong-type",
    },
    {
      name: "without changes",
      input: { ...delta(1, []), changes: null },
      code: "document.wrong-type",
    },
    {
      name: "of an unknown kind",
      input: delta(1, [gone("metric", "m")]),
      code: "document.wrong-type",
    },
    {
      name: "with a document of another key",
      input: delta(1, [{ kind: "flag", key: "a", state: versioned(flag()) }]),
      code: "delta.other-key",
    },
    {
      name: "with one document twice",
      input: delta(1, [gone("flag", "a"), gone("flag", "a")]),
      code: "document.duplicate",
    },
    { name: "that is no object", input: "delta", code: "document.wrong-type" },
  ])("refuses a delta $name", ({ input, code }) => {
    expect(issuesOf(applyDelta(base, input, deps)).map((issue) => issue.code)).toEqual([code]);
  });
});
