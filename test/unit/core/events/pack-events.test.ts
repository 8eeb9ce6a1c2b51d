import { describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import { sha256Hex } from "../../../../src/core/hash/sha256.ts";
import { must } from "../evaluation/build.ts";
import { exposure, metric, NOON, taken, usage } from "./wire.ts";

const DAY_MS = 86_400_000;
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).byteLength;

/** So many events with some text of that length, of letters that take two bytes. */
const many = (count: number, length: number, timestamp = NOON) =>
  Array.from({ length: count }, (_, index) =>
    metric({ id: `m-${index}`, timestamp, attributes: { note: "é".repeat(length) } }),
  );

const packed = (events: readonly unknown[], intake: Parameters<typeof taken>[1] = {}) =>
  must(taken({ events }, intake)).chunks;

describe("packing", () => {
  it("fills chunks to 120,000 bytes, in order and without loss", () => {
    const chunks = packed(many(1_000, 200));
    expect(chunks.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(
      many(1_000, 0).map(({ id }) => id),
    );
    for (const chunk of chunks) expect(bytes(chunk)).toBeLessThanOrEqual(120_000);
    for (const chunk of chunks.slice(0, -1)) expect(bytes(chunk)).toBeGreaterThan(118_000);
  });

  it("counts what is between the events, where they are many and small", () => {
    const [first] = packed(Array.from({ length: 2_000 }, (_, n) => usage({ id: `${n}` })));
    expect(first?.events.length).toBeGreaterThan(1_000);
    expect(bytes(first)).toBeLessThanOrEqual(120_000);
    expect(bytes(first)).toBeGreaterThan(119_500);
  });

  it("holds events of every size that is taken", () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 31 }, (_, n) => [`attribute-${n}`, "é".repeat(500)]),
    );
    const events = Array.from({ length: 10 }, (_, n) => metric({ id: `m-${n}`, attributes }));
    const chunks = packed(events);
    expect(chunks.map(({ events }) => events.length)).toEqual([3, 3, 3, 1]);
    for (const chunk of chunks) expect(bytes(chunk)).toBeLessThanOrEqual(120_000);
  });

  it("says when and where the events were taken, and in which form they are", () => {
    expect(packed([metric()])).toMatchObject([
      { format: "switchyard.events/1", environmentId: "a1b2c3d4", receivedAtMs: NOON },
    ]);
  });

  it("the chunk's id is the hash of the environment's and the events' ids", () => {
    const [chunk] = packed([metric({ id: "a" }), metric({ id: "b" })]);
    expect(chunk?.id).toBe(sha256Hex("a1b2c3d4\na\nb").slice(0, 32));
  });

  it("the same events of another environment are other chunks", () => {
    const other = { environmentId: environmentId("e5f6a7b8") };
    expect(packed([metric()], other)[0]?.id).not.toBe(packed([metric()])[0]?.id);
  });
});

const ids = (chunks: ReturnType<typeof packed>) => chunks.map(({ id }) => id);
const onlyMetrics = ({ kind }: { readonly kind: string }) =>
  kind === "metric" ? undefined : ({ code: "flag-unknown", message: "gone" } as const);

describe("a batch that is sent again", () => {
  const batch = [...many(1_500, 100), exposure(), usage()];

  it("makes the same chunks, whenever it comes", () => {
    const first = packed(batch);
    expect(first.length).toBeGreaterThan(3);
    expect(ids(packed(batch, { receivedAtMs: NOON + 3 * DAY_MS }))).toEqual(ids(first));
  });

  it("makes the same chunks when the sender's clock is corrected to other times", () => {
    const again = must(taken({ sentAt: NOON + 4_321, events: batch }, { receivedAtMs: NOON + 9 }));
    expect(ids(again.chunks)).toEqual(ids(packed(batch)));
  });

  it("makes the same chunks although some of it has become too old", () => {
    const old = many(1_500, 100, NOON - 7 * DAY_MS);
    const mixed = batch.map((event, index) => (index % 3 === 0 ? old[index] : event) ?? event);
    const late = must(taken({ events: mixed }, { receivedAtMs: NOON + 1 }));
    expect(late.rejectedCount).toBe(500);
    expect(ids(late.chunks)).toEqual(ids(packed(mixed)));
  });

  it("makes the same chunks although a flag was archived in between", () => {
    const later = must(taken({ events: batch }, { check: onlyMetrics }));
    expect(later.rejectedCount).toBe(2);
    expect(ids(later.chunks)).toEqual(ids(packed(batch)));
  });

  it("makes no chunk of what is refused altogether", () => {
    expect(packed(many(10, 10, NOON - 8 * DAY_MS))).toEqual([]);
  });
});
