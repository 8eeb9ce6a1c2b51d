import { describe, expect, it } from "vitest";
import { adopt } from "../../../../src/core/freshness/adopt.ts";
import { DELIVERY_DEFAULTS } from "../../../../src/core/documents/settings.ts";
import {
  decideFreshness,
  FRESHNESS,
  freshnessOf,
  isStale,
} from "../../../../src/core/freshness/freshness.ts";

describe("a held ruleset", () => {
  it.each([
    { name: "confirmed this moment", ageMs: 0, decision: "serve", stale: false },
    { name: "confirmed 499 ms ago", ageMs: 499, decision: "serve", stale: false },
    { name: "confirmed 500 ms ago", ageMs: 500, decision: "serve-and-confirm", stale: false },
    { name: "confirmed 999 ms ago", ageMs: 999, decision: "serve-and-confirm", stale: false },
    { name: "confirmed a second ago", ageMs: 1_000, decision: "confirm-first", stale: true },
    { name: "confirmed yesterday", ageMs: 86_400_000, decision: "confirm-first", stale: true },
    { name: "confirmed in the future", ageMs: -1, decision: "confirm-first", stale: true },
    { name: "of an unreadable age", ageMs: Number.NaN, decision: "confirm-first", stale: true },
    { name: "never confirmed", ageMs: null, decision: "confirm-first", stale: true },
  ] as const)("$name → $decision, stale: $stale", ({ ageMs, decision, stale }) => {
    expect(decideFreshness(ageMs, FRESHNESS)).toBe(decision);
    expect(isStale(ageMs, FRESHNESS)).toBe(stale);
  });

  it("never waits longer for a confirmation than for a cold start", () => {
    expect(FRESHNESS.confirmDeadlineMs).toBeLessThan(FRESHNESS.coldDeadlineMs);
    expect(FRESHNESS.freshMs + FRESHNESS.confirmDeadlineMs).toBeLessThan(FRESHNESS.graceMs);
  });
});

describe("the freshness of a ruleset that says how it is delivered", () => {
  it("is the same without a word and with the defaults", () => {
    expect(freshnessOf(FRESHNESS, null)).toBe(FRESHNESS);
    expect(freshnessOf(FRESHNESS, DELIVERY_DEFAULTS)).toEqual(FRESHNESS);
  });

  it("follows what it says, and gives nobody up who is still waited for", () => {
    const figures = { freshForMs: 3_000, graceMs: 20_000, confirmDeadlineMs: 2_000 };
    const settings = freshnessOf(FRESHNESS, { ...DELIVERY_DEFAULTS, ...figures });
    expect(settings).toMatchObject({ graceMs: 20_000, confirmDeadlineMs: 2_000 });
    expect(settings.flightExpiryMs).toBe(2_000);
    expect(decideFreshness(2_999, settings)).toBe("serve");
    expect(decideFreshness(19_999, settings)).toBe("serve-and-confirm");
    expect(isStale(20_000, settings)).toBe(true);
  });
});

describe("adopting a ruleset", () => {
  it.each([
    { name: "takes the first", held: undefined, candidate: 0, kept: "candidate" },
    { name: "takes a higher revision", held: 4, candidate: 5, kept: "candidate" },
    { name: "refuses a lower revision", held: 5, candidate: 4, kept: "held" },
    { name: "keeps the held one of two equals", held: 5, candidate: 5, kept: "held" },
  ])("$name", ({ held, candidate, kept }) => {
    const current = held === undefined ? undefined : { revision: held };
    const offered = { revision: candidate };
    expect(adopt(current, offered)).toBe(kept === "held" ? current : offered);
  });
});
