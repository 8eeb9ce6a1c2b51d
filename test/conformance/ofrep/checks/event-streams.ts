import { request } from "node:http";
import { request as requestTls } from "node:https";
import { text } from "node:stream/consumers";
import { canonicalJson } from "../../../../src/core/json.ts";
import { type Answer, itemsOf } from "../answer.ts";
import { type Check, expectThat, Skipped } from "../check.ts";
import type { Silence, StreamEvent, StreamPiece } from "../event-reader.ts";
import { browserBulk, streamAddress, streamsIn, withStream } from "../event-stream.ts";
import type { Changes, Target } from "../target.ts";
import { expectJson } from "./shapes.ts";

const BULK = "/ofrep/v1/evaluate/flags";
/** What comes at once has come by then. */
const AT_ONCE_MS = 1_000;
const QUIET_MS = 400;
const CHANGE_MS = 2_000;
/** How many changes are timed. */
const CHANGES = 5;

export const eventStreamChecks: readonly Check[] = [
  {
    id: "C27",
    title: "event streams have one address each, which stays the same",
    run: async (target) => {
      const first = await browserBulk(target);
      expectJson(first, 200, "for a browser's bulk");
      const streams = streamsIn(first);
      if (streams.length === 0) throw new Skipped("the server offers browsers no event stream");
      for (const { type, url, endpoint, inactivityDelaySec: delay } of streams) {
        expectThat(typeof type === "string", "a type of each stream", streams);
        const isOne = (url === undefined) !== (endpoint === undefined);
        expectThat(isOne, "either url or endpoint of each stream", streams);
        const isAbsolute =
          url === undefined || (typeof url === "string" && /^https?:\/\//.test(url));
        expectThat(isAbsolute, "an absolute url", streams);
        const isDelay = delay === undefined || (Number.isInteger(delay) && Number(delay) > 0);
        expectThat(isDelay, "inactivityDelaySec in whole seconds", streams);
      }
      const same = canonicalJson(streams);
      for (const context of [
        { targetingKey: "user-1" },
        { targetingKey: "user-2", plan: "free" },
      ]) {
        const again = streamsIn(await browserBulk(target, { context }));
        expectThat(canonicalJson(again) === same, `the same streams again: ${same}`, again);
      }
      // Some clients that are no browsers cannot read the member.
      const others = streamsIn(await plainBulk(target));
      const isSame = others.length === 0 || canonicalJson(others) === same;
      expectThat(isSame, "the same streams, or none, for other clients", others);
    },
  },
  {
    id: "C28",
    title: "an event stream begins at once, shows signs of life, and gives every event an id",
    run: async (target) => {
      const address = await streamAddress(target);
      const began = performance.now();
      return await withStream(address, async ({ headers, events }) => {
        const type = headers.get("content-type") ?? "no content type";
        expectThat(/^text\/event-stream\b/.test(type), "text/event-stream", type);
        const origin = headers.get("access-control-allow-origin");
        expectThat(origin !== null, "Access-Control-Allow-Origin on a stream", origin);
        const first = await events.next(AT_ONCE_MS);
        const tookMs = performance.now() - began;
        expectThat(
          typeof first !== "string" && tookMs < AT_ONCE_MS,
          `a first word within ${AT_ONCE_MS} ms`,
          `${typeof first === "string" ? first : first.kind} after ${tookMs.toFixed(0)} ms`,
        );
        let piece: StreamPiece | Silence = first;
        while (typeof piece !== "string") {
          if (piece.kind === "event") expectId(piece.event);
          piece = await events.next(QUIET_MS);
        }
        const { heartbeatMs } = target;
        if (heartbeatMs === undefined) return ["signs of life, for want of --heartbeat-ms"];
        const sign = await events.next(heartbeatMs);
        expectThat(typeof sign !== "string", `a sign of life within ${heartbeatMs} ms`, sign);
        return [];
      });
    },
  },
  {
    id: "C29",
    title: "a change is told of within 2 s, and asking again gives the new value",
    run: async (target) => {
      const changes = changesOf(target);
      const address = await streamAddress(target);
      await withStream(address, async ({ events }) => {
        for (let times = 0; times < CHANGES; times += 1) {
          while ((await events.nextEvent(QUIET_MS)) !== "silence");
          const wanted = await changed(target, changes);
          const began = performance.now();
          const event = await events.nextRefetch(CHANGE_MS);
          const tookMs = performance.now() - began;
          expectRefetch(event, `within ${CHANGE_MS} ms of a change (${tookMs.toFixed(0)} ms)`);
          await expectNew(target, event, wanted);
        }
      });
    },
  },
  {
    id: "C30",
    title: "who comes back with an old id is told at once, who has the newest is told nothing",
    run: async (target) => {
      const address = await streamAddress(target);
      const { changes } = target;
      const known = await withStream(address, async ({ events }) => {
        const event = await events.nextEvent(AT_ONCE_MS);
        const older = typeof event === "string" ? undefined : event.id;
        if (changes === undefined) return { older: undefined, newest: older };
        while ((await events.nextEvent(QUIET_MS)) !== "silence");
        const wanted = await changed(target, changes);
        const told = await events.nextRefetch(target.settleMs);
        expectRefetch(told, "for a change");
        await expectNew(target, told, wanted);
        return { older, newest: told.id };
      });
      const { older, newest } = known;
      expectThat(newest !== undefined, "an id to come back with", newest ?? "none");
      const comingBack = (id: string, withinMs: number) =>
        withStream(address, ({ events }) => events.nextRefetch(withinMs), id);
      const came = await comingBack(newest, QUIET_MS);
      expectThat(came === "silence", `no event for who has the newest id ${newest}`, came);
      if (older === undefined) return ["an older id, for want of --admin-token"];
      expectRefetch(
        await comingBack(older, AT_ONCE_MS),
        `for who comes back with the old id ${older}`,
      );
      return [];
    },
  },
  {
    id: "C31",
    title: "a change between the answer and its stream is not lost",
    run: async (target) => {
      const changes = changesOf(target);
      const address = await streamAddress(target);
      const wanted = await changed(target, changes);
      await withStream(address, async ({ events }) => {
        const event = await events.nextRefetch(CHANGE_MS);
        expectRefetch(event, "for who connects after a change");
        await expectNew(target, event, wanted);
      });
    },
  },
];

function changesOf({ changes }: Target): Changes {
  if (changes === undefined) {
    throw new Skipped("nothing can be changed here without --admin-token");
  }
  return changes;
}

const valueIn = (answer: Answer, { prefix }: Target): unknown =>
  itemsOf(answer).find(({ key }) => key === `${prefix}changing`)?.["value"];

/** Lets the flag that is there for it serve another variant; the value that is served then. */
async function changed(target: Target, changes: Changes): Promise<string> {
  const before = valueIn(await browserBulk(target), target);
  const [variant, value] = before === "one" ? ["second", "two"] : ["first", "one"];
  await changes.serve("changing", variant);
  return value;
}

function expectId({ id, text: said }: StreamEvent): void {
  expectThat(id !== undefined && id !== "", "an id on each event", said);
}

function expectRefetch(event: StreamEvent | string, about: string): asserts event is StreamEvent {
  expectThat(typeof event !== "string", `a refetchEvaluation event ${about}`, event);
  expectThat(event.name === "message", "an event of the name message", event.name);
}

/** Asks again as a client does that was told to; once, for it is not told twice. */
async function expectNew(target: Target, { data }: StreamEvent, wanted: string): Promise<void> {
  const query = new URLSearchParams();
  for (const [name, parameter] of METADATA) {
    const value = data?.[name];
    if (typeof value === "string" || typeof value === "number") query.set(parameter, `${value}`);
  }
  const answer = await target.client.post("bulk", `${BULK}?${query.toString()}`, {});
  const value = valueIn(answer, target);
  expectThat(value === wanted, `"${wanted}" for who was told of it`, value ?? answer.text);
}

/** What an event says of the change, and how a client repeats it. */
const METADATA = [
  ["etag", "flagConfigEtag"],
  ["lastModified", "flagConfigLastModified"],
] as const;

/** A bulk without what only browsers send; `fetch` cannot help sending it. */
async function plainBulk({ url, serverKey }: Target): Promise<Answer> {
  const send = url.startsWith("https:") ? requestTls : request;
  return await new Promise((resolve, reject) => {
    const asking = send(
      `${url.replace(/\/+$/, "")}${BULK}`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${serverKey}`, "content-type": "application/json" },
      },
      (incoming) => {
        const { statusCode: status = 0 } = incoming;
        text(incoming).then(
          (body) => resolve({ status, headers: new Headers(), text: body }),
          reject,
        );
      },
    );
    asking.on("error", reject);
    asking.end("{}");
  });
}
