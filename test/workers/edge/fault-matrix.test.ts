import { beforeAll, describe, expect, it } from "vitest";
import { cells, COLD, SLOW_MS, WARM } from "../../unit/workers/edge/fault-table.ts";
import { type Called, Isolate } from "./an-edge.ts";
import { aSubject, faulty, HOUR_MS, type Subject } from "./faulty-world.ts";
import { TRIES } from "../../patience.ts";

let subject: Subject;
beforeAll(async () => {
  subject = await aSubject();
});

// How long exactly an answer takes is tested on a clock that stands still; here, that real timers
// keep it from waiting for whom it need not wait.

/** What an answer was. A mark must be at least as old as what it marks. */
function outcomeOf({ headers, json, status }: Called, heldForMs: number): string {
  if (status === 503 && headers.get("retry-after") === "1") return "503";
  if (status !== 200) return String(status);
  const age = json.value === true ? "newest" : "hour-old";
  if (!headers.has("x-switchyard-stale")) return age;
  const staleMs = Number(headers.get("x-switchyard-stale"));
  const least = age === "newest" ? heldForMs : HOUR_MS;
  return staleMs >= least ? `${age}, marked` : `${age}, marked as only ${staleMs} ms old`;
}

async function evaluate(isolate: Isolate): Promise<[Called, number]> {
  const began = Date.now();
  const called = await isolate.flag(subject.tenant, "a");
  return [called, Date.now() - began];
}

describe("an isolate that held the newest ruleset a minute ago", () => {
  it.concurrent.each(cells(WARM))(
    "authority: $authority, KV: $kv → $outcome",
    TRIES,
    async ({ authority, kv, outcome }) => {
      const isolate = new Isolate();
      expect(outcomeOf((await evaluate(isolate))[0], 0)).toBe("newest");
      isolate.env = faulty(subject, authority, kv);
      isolate.later(60_000);
      const [called, tookMs] = await evaluate(isolate);
      expect(outcomeOf(called, 60_000)).toBe(outcome);
      expect(tookMs).toBeLessThan(SLOW_MS);
      const health = await isolate.call("/healthz", { method: "GET" });
      expect(health.status).toBe(200);
      expect(health.json.counters.stale).toBe(outcome === "newest" ? 0 : 1);
    },
  );
});

describe("an isolate that holds nothing", () => {
  it.concurrent.each(cells(COLD))(
    "authority: $authority, KV: $kv → $outcome",
    TRIES,
    async ({ authority, kv, outcome }) => {
      const isolate = new Isolate();
      isolate.env = faulty(subject, authority, kv);
      const [called, tookMs] = await evaluate(isolate);
      expect(outcomeOf(called, 1)).toBe(outcome);
      expect(tookMs).toBeLessThan(SLOW_MS);
    },
  );
});
