import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createEventQueue } from "../../../src/adapters/queues/event-queue.ts";
import { createD1RollUpStore } from "../../../src/adapters/d1/roll-up-store.ts";
import { cursorAfter } from "../../../src/core/authority/page.ts";
import type { IntakeEvent } from "../../../src/core/events/event.ts";
import { rollUp } from "../../../src/core/events/roll-up.ts";
import { createConsumer } from "../../../workers/control/events/consume.ts";
import { chunkOf, exposure, newChunkId, usage } from "../../unit/core/events/chunks.ts";
import { appWithServices } from "./an-app.ts";
import { call, done, newFlag, readAll } from "./api.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WITHIN = { timeout: 10_000, interval: 50 };
/** Midnight, well in the past: these tests name their days. */
const DAY = Date.UTC(2026, 2, 10);

async function aUsedFlag(...events: readonly IntakeEvent[]) {
  const params = await newFlag();
  const { project, environment } = params;
  const { body } = await done("environments.get", { params: { project, environment } });
  const chunk = chunkOf(
    events.map((event) => ("flag" in event ? { ...event, flag: params.flag } : event)),
    { environment: body.id },
  );
  if (events.length > 0) await createD1RollUpStore(env.DB).count([rollUp(chunk)], Date.now());
  return { params, environmentId: String(body.id) };
}

const way = (
  variation: string | null,
  reason: string | null,
  evaluations: number,
  exposures = 0,
) => ({
  variation,
  reason,
  evaluations,
  exposures,
});

describe("a flag's usage", () => {
  it("is told by day, variation and reason, with totals and when it was last seen", async () => {
    const { params } = await aUsedFlag(
      usage({ atMs: DAY + 1, count: 3 }),
      usage({ atMs: DAY + 23 * HOUR_MS, count: 4 }),
      exposure({ atMs: DAY + 2 }),
      usage({ atMs: DAY + DAY_MS, count: 5 }),
      usage({ atMs: DAY + DAY_MS + 7, variation: null, reason: "DISABLED", count: 2 }),
      exposure({ atMs: DAY + 3 * DAY_MS, reason: null }),
    );
    const query = { from: "2026-03-10", to: "2026-03-12T00:00:00Z" };
    const { body } = await done("usage.get", { params, query });
    expect(body).toEqual({
      granularity: "day",
      fromMs: DAY,
      toMs: DAY + 2 * DAY_MS,
      items: [
        { startMs: DAY, start: "2026-03-10T00:00:00.000Z", variations: [way("on", "SPLIT", 7, 1)] },
        {
          startMs: DAY + DAY_MS,
          start: "2026-03-11T00:00:00.000Z",
          variations: [way(null, "DISABLED", 2), way("on", "SPLIT", 5)],
        },
      ],
      totals: {
        evaluations: 14,
        exposures: 1,
        variations: [way("on", "SPLIT", 12, 1), way(null, "DISABLED", 2)],
      },
      lastSeenAtMs: DAY + 3 * DAY_MS,
    });
  });

  it("is told by hour, whole hours that hold what was asked for", async () => {
    const { params } = await aUsedFlag(
      usage({ atMs: DAY - 1, count: 1 }),
      usage({ atMs: DAY, count: 10 }),
      usage({ atMs: DAY + HOUR_MS, count: 100 }),
      usage({ atMs: DAY + 2 * HOUR_MS, count: 1_000 }),
    );
    const query = { granularity: "hour", from: String(DAY + 59), to: String(DAY + HOUR_MS + 1) };
    const { body } = await done("usage.get", { params, query });
    expect(body).toMatchObject({ fromMs: DAY, toMs: DAY + 2 * HOUR_MS });
    expect(body.items.map(({ startMs }: any) => startMs)).toEqual([DAY, DAY + HOUR_MS]);
    expect(body.totals.evaluations).toBe(110);
  });

  it("is of the last 30 days, or 48 hours, when nothing else is asked for", async () => {
    const { params } = await aUsedFlag(usage({ atMs: Date.now(), count: 9 }));
    const days = (await done("usage.get", { params })).body;
    expect(days.totals.evaluations).toBe(9);
    expect(days.toMs - days.fromMs).toBe(30 * DAY_MS);
    const hours = (await done("usage.get", { params, query: { granularity: "hour" } })).body;
    expect(hours.totals.evaluations).toBe(9);
    expect(hours.toMs - hours.fromMs).toBe(48 * HOUR_MS);
  });

  it("is empty for a flag that nobody has used, and 404 for one that there is not", async () => {
    const { params } = await aUsedFlag();
    expect((await done("usage.get", { params })).body).toMatchObject({
      items: [],
      totals: { evaluations: 0, exposures: 0, variations: [] },
      lastSeenAtMs: null,
    });
    expect(await call("usage.get", { params: { ...params, flag: "other" } })).toMatchObject({
      status: 404,
      body: { code: "flag.not-found" },
    });
  });

  it("is of this environment and this flag alone", async () => {
    const { params } = await aUsedFlag(usage({ atMs: Date.now() }));
    const other = await aUsedFlag(usage({ atMs: Date.now(), count: 5 }));
    expect((await done("usage.get", { params })).body.totals.evaluations).toBe(1);
    expect((await done("usage.get", { params: other.params })).body.totals.evaluations).toBe(5);
  });

  it.each([
    { name: "a word", query: { from: "yesterday" }, says: "ISO 8601" },
    {
      name: "an end before its start",
      query: { from: "2026-03-02", to: "2026-03-01" },
      says: "before",
    },
    { name: "too many days", query: { from: "2020-01-01" }, says: "at most 400" },
    {
      name: "too many hours",
      query: { granularity: "hour", from: "2026-03-01", to: "2026-05-01" },
      says: "Ask for days",
    },
    { name: "an unknown granularity", query: { granularity: "week" }, says: "hour" },
    { name: "an unknown parameter", query: { granulaity: "day" }, says: "granularity" },
  ])("refuses $name", async ({ query, says }) => {
    const { params } = await aUsedFlag();
    const got = await call("usage.get", { params, query });
    expect(got).toMatchObject({ status: 400, body: { code: "request.invalid" } });
    expect(JSON.stringify(got.body.errors)).toContain(says);
  });
});

/** Sets a message aside as the queue would, and finds its letter on the list. */
async function aLetter(body: unknown): Promise<any> {
  const queue = `test-${newChunkId()}`;
  const message = { id: newChunkId(), body, attempts: 6, error: "Error: D1 is down" };
  await createConsumer(env, () => {}).setAside(queue, [message]);
  const letters = await readAll("dead-letters.list", {}, 200);
  return letters.find((letter) => letter.queue === queue);
}

describe("dead letters", () => {
  it("are listed newest first, page by page, with what is wrong", async () => {
    const first = await aLetter({ no: "chunk" });
    const second = await aLetter("neither");
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      environmentId: null,
      chunkId: null,
      queue: first.queue,
      setAsideAtMs: expect.any(Number),
      attempts: 6,
      reason: "It could not be stored in 6 deliveries; the last: Error: D1 is down",
      bytes: 14,
    });
    const oneByOne = await readAll("dead-letters.list", {}, 1);
    const all = await readAll("dead-letters.list", {}, 200);
    expect(oneByOne).toEqual(all);
    const times = all.map(({ setAsideAtMs }) => setAsideAtMs);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([first.id, second.id]));
  });

  it("refuse the cursor of another list, which would show an empty one", async () => {
    for (const place of ["checkout", "35", "5.x"]) {
      const query = { cursor: cursorAfter(place) };
      expect(await call("dead-letters.list", { query })).toMatchObject({
        status: 400,
        body: { code: "request.invalid", errors: [{ in: "query", path: "/cursor" }] },
      });
    }
  });

  it("are counted when they are sent again, once", async () => {
    const { params, environmentId } = await aUsedFlag();
    const given = { environment: environmentId, receivedAtMs: Date.now() };
    const chunk = chunkOf([usage({ flag: params.flag, count: 8, atMs: Date.now() })], given);
    const letter = await aLetter(chunk);
    expect(letter).toMatchObject({ chunkId: chunk.id, environmentId });
    const sent = await done("dead-letters.redeliver", { params: { letter: letter.id } });
    expect(sent.body).toEqual({ id: letter.id, chunkId: chunk.id, events: 1 });
    // As when the letter was counted after all, and its acknowledgement lost.
    await createEventQueue(env).send([chunk]);
    const evaluations = async () => (await done("usage.get", { params })).body.totals.evaluations;
    await expect.poll(evaluations, WITHIN).toBe(8);
    await expect
      .poll(() => env.EMBEDDED_QUEUE.getByName("events").backlog(), WITHIN)
      .toMatchObject({ messages: 0 });
    expect(await evaluations()).toBe(8);

    expect(await env.RAW_EVENTS.head(`dead/${letter.id}.json`)).toBeNull();
    const again = await call("dead-letters.redeliver", { params: { letter: letter.id } });
    expect(again).toMatchObject({ status: 404, body: { code: "dead-letter.not-found" } });
  });

  it("that cannot be read are not sent again, and stay", async () => {
    const letter = await aLetter({ no: "chunk" });
    const params = { letter: letter.id };
    expect(await call("dead-letters.redeliver", { params })).toMatchObject({
      status: 422,
      body: {
        code: "dead-letter.unusable",
        detail: expect.stringContaining("cannot be read: the format is undefined"),
      },
    });
    await done("dead-letters.delete", { params });
  });

  it("stay where they are while the queue takes nothing, and the answer says when to repeat", async () => {
    const letter = await aLetter(chunkOf([usage()], { receivedAtMs: Date.now() }));
    const { fetch } = appWithServices({
      eventQueue: { send: async () => ({ kind: "busy", retryAfterSeconds: 9 }) },
    });
    const params = { letter: letter.id };
    const got = await call("dead-letters.redeliver", { params }, fetch);
    expect(got).toMatchObject({ status: 503, body: { code: "event-queue.busy" } });
    expect(got.headers.get("retry-after")).toBe("9");
    const ids = (await readAll("dead-letters.list", {}, 200)).map(({ id }) => id);
    expect(ids).toContain(letter.id);
  });

  it("are gone, with their bodies, when they are dropped", async () => {
    const letter = await aLetter({ no: "chunk" });
    const params = { letter: letter.id };
    expect((await done("dead-letters.delete", { params })).body).toEqual({ id: letter.id });
    expect(await env.RAW_EVENTS.head(`dead/${letter.id}.json`)).toBeNull();
    expect(await call("dead-letters.delete", { params })).toMatchObject({ status: 404 });
  });
});
