import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../../scripts/lib/paths.ts";
import type { Snapshot } from "../../../../src/core/documents/snapshot.ts";
import {
  ANSWERED_WITHIN_MS,
  cells,
  COLD,
  type Condition,
  CONDITIONS,
  REFUSED_WITHIN_MS,
  SLOW_MS,
  WARM,
} from "./fault-table.ts";
import { type Answer, ID, type Mode, snapshotAt, World, sealed, sealedAt } from "./world.ts";

const HOUR_MS = 3_600_000;
const OLD = 1;
const NEW = 2;

/** A world whose newest revision is `NEW`; an hour ago it was `OLD`. */
function aWorld(): World {
  const world = new World();
  world.revision = NEW;
  world.kvRevision = NEW;
  return world;
}

function modeOf(
  condition: Condition,
  lies: Readonly<Record<"empty" | "old" | "corrupt", unknown>>,
): Mode {
  if (condition === "works") return "ok";
  if (condition === "error" || condition === "hang") return condition;
  if (condition === "slow") return { slowMs: SLOW_MS };
  return { says: lies[condition === "hour-old" ? "old" : condition] };
}

function spoil(world: World, authority: Condition, kv: Condition): void {
  const now = world.clock.now();
  const old: Snapshot = { ...snapshotAt(ID, OLD), acceptedAtMs: now - HOUR_MS };
  const { seal } = sealedAt(ID, NEW);
  const empty = { ...snapshotAt(ID, NEW), flags: [{ version: NEW, document: {} }] };
  const corrupt = { snapshot: empty, seal };
  world.authority = modeOf(authority, {
    empty: { kind: "unknown-environment" },
    old: { kind: "snapshot", ...sealed(old) },
    corrupt: { kind: "snapshot", ...corrupt },
  });
  world.kv = modeOf(kv, {
    empty: null,
    old: { revision: OLD, ...sealed(old) },
    corrupt: { revision: NEW, ...corrupt },
  });
}

function outcomeOf({ kind, revision, staleMs }: Answer, heldForMs: number): string {
  if (kind === "unavailable") return "503";
  if (kind === "unknown") return "401";
  const age = revision === NEW ? "newest" : "hour-old";
  if (staleMs === null || staleMs === undefined) return age;
  return staleMs >= (revision === NEW ? heldForMs : HOUR_MS) ? `${age}, marked` : `only ${staleMs}`;
}

function expectInTime({ kind, tookMs }: Answer): void {
  expect(tookMs).toBeLessThanOrEqual(kind === "ready" ? ANSWERED_WITHIN_MS : REFUSED_WITHIN_MS);
}

describe("an isolate that held the newest ruleset a minute ago, to the millisecond", () => {
  it.each(cells(WARM))("authority: $authority, KV: $kv → $outcome", async (cell) => {
    const world = aWorld();
    expect(outcomeOf(await world.get(), 0)).toBe("newest");
    await world.clock.advance(60_000);
    spoil(world, cell.authority, cell.kv);
    const answer = await world.get();
    expect(outcomeOf(answer, 60_000)).toBe(cell.outcome);
    expectInTime(answer);
  });
});

describe("an isolate that holds nothing, to the millisecond", () => {
  it.each(cells(COLD))("authority: $authority, KV: $kv → $outcome", async (cell) => {
    const world = aWorld();
    spoil(world, cell.authority, cell.kv);
    const answer = await world.get();
    expect(outcomeOf(answer, 1)).toBe(cell.outcome);
    expectInTime(answer);
  });
});

const has = (condition: Condition) => condition === "works" || condition === "hour-old";

describe("the declared outcomes", () => {
  it("fail no evaluation while the isolate, the authority or KV has anything to evaluate with", () => {
    for (const { outcome } of cells(WARM)) expect(outcome).toMatch(/^newest/);
    for (const { authority, kv, outcome } of cells(COLD))
      expect(/^\d/.test(outcome)).toBe(!has(authority) && !has(kv));
  });

  it("are those of the documentation", () => {
    const text = readFileSync(join(ROOT, "docs", "reliability.md"), "utf8");
    for (const authority of CONDITIONS) {
      const warm = new Set(Object.values(WARM[authority]));
      expect(text).toContain(`\n| ${authority} | ${[...warm].join()} |\n`);
      const cold = CONDITIONS.map((kv) => COLD[authority][kv]);
      expect(text).toContain(`\n| ${authority} | ${cold.join(" | ")} |\n`);
    }
  });
});
