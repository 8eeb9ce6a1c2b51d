import { beforeEach, describe, expect, it } from "vitest";
import { formatSdkKey } from "../../../../src/core/keys/sdk-key.ts";
import { createStreamingClient } from "../../../../src/sdk/core/streaming-client.ts";
import { deps, flag } from "../../core/evaluation/build.ts";
import { ENVIRONMENT, Origin, SERVER_KEY, verifySignature } from "./origin.ts";
import { answerOf, Held, settle, start, TestStorage, type World } from "./world.ts";

const user = { targetingKey: "user-1" };
const current = (revision: number) => JSON.stringify({ type: "current", revision });
const reconnect = (withinMs: number) => JSON.stringify({ type: "reconnect", withinMs });

const served = ({ client }: World, key = "new-nav") => {
  const answer = client.evaluate(key, user);
  return answer.kind === "served" ? answer.variation : answer.kind;
};

const statuses = ({ events }: World) =>
  events.flatMap((event) => (event.type === "status" ? [event.status] : []));

const create = (sdkKey: string, baseUrl = "https://flags.example.com") =>
  createStreamingClient({ sdkKey, baseUrl, ...deps });

describe("a streaming client", () => {
  let origin: Origin;

  beforeEach(() => {
    origin = new Origin().put("flag", flag());
  });

  const off = () => origin.put("flag", flag({ enabled: false }));

  /** Connected and at revision 1. */
  async function live(options: Parameters<typeof start>[0] = {}): Promise<World> {
    const world = await start(options);
    await world.socket().open(origin.snapshot());
    expect(world.client.status).toBe("READY");
    return world;
  }

  it("asks for a stream with the key as a subprotocol, and for everything at first", async () => {
    const world = await start();
    expect(world.socket().url.href).toBe("wss://flags.example.com/sdk/v1/stream");
    expect(world.socket().protocols).toEqual(["switchyard.v1", `switchyard.key.${SERVER_KEY}`]);
    expect([world.client.status, world.client.revision]).toEqual(["NOT_READY", null]);
    expect(world.client.evaluate("new-nav", user)).toEqual({ kind: "not-ready", flag: "new-nav" });
  });

  it("is ready with the first state, and evaluates as the server does", async () => {
    const world = await live();
    expect(world.client.evaluate("new-nav", user)).toMatchObject({
      kind: "served",
      variation: "on",
      reason: "STATIC",
    });
    expect(world.client.evaluate("unknown", user)).toEqual({ kind: "not-found", flag: "unknown" });
    expect(world.events).toEqual([
      { type: "changed", revision: 1, flags: ["new-nav"] },
      { type: "status", status: "READY" },
    ]);
  });

  it("takes changes as they come, also many at once, and says which flags changed", async () => {
    const world = await live();
    off();
    origin.put("flag", flag({ key: "other" }));
    await world.socket().say(origin.delta(1, 2), origin.delta(2, 3), origin.delta(2, 3));
    expect([world.client.revision, served(world), served(world, "other")]).toEqual([
      3,
      "off",
      "on",
    ]);
    expect(world.events.slice(2)).toEqual([
      { type: "changed", revision: 2, flags: ["new-nav"] },
      { type: "changed", revision: 3, flags: ["other"] },
    ]);
  });

  it("goes on with what it holds when steps come in the wrong order, and asks for the rest", async () => {
    const world = await live();
    off();
    origin.put("flag", flag({ key: "other" }));
    world.answer = () => answerOf(200, origin.delta(1));
    await world.socket().say(origin.delta(2, 3), origin.delta(1, 2));
    expect(world.polls.map(({ search }) => search)).toEqual(["?since=1"]);
    expect([world.client.revision, world.client.status]).toEqual([3, "READY"]);
    await world.clock.pass(500);
    expect(world.socket().url.search).toBe("?since=3");
    await world.socket().open(current(3));
    expect(statuses(world).at(-1)).toBe("READY");
  });

  it("refuses what is sealed wrongly, keeps what it has, and asks for everything", async () => {
    const world = await live();
    off();
    await world.socket().say({ ...origin.delta(1), seal: origin.seal(1) });
    expect(served(world)).toBe("on");
    expect(world.client.status).toBe("STALE");
    expect(world.events).toContainEqual({ type: "refused", why: expect.stringContaining("seal") });
    expect(world.socket().closedByClient).toBe(true);
    expect(world.polls.map(({ search }) => search)).toEqual([""]);
    await world.clock.pass(500);
    expect(world.socket().url.search).toBe("");
    await world.socket().open(origin.snapshot());
    expect([served(world), world.client.status]).toEqual(["off", "READY"]);
  });

  it("never goes back, whatever the server says", async () => {
    const older = origin.snapshot();
    off();
    const world = await live();
    await world.socket().say(older, current(1));
    expect([world.client.revision, served(world)]).toEqual([2, "off"]);
    await world.socket().end();
    await world.clock.pass(10_000);
    await world.socket().open(older);
    expect([world.client.revision, served(world)]).toEqual([2, "off"]);
  });

  it("is stale while the connection is lost, and takes up where it was", async () => {
    const world = await live();
    await world.socket().end();
    expect([world.client.status, served(world)]).toEqual(["STALE", "on"]);
    expect(world.sockets).toHaveLength(1);
    await world.clock.pass(10_000);
    expect(world.sockets).toHaveLength(2);
    expect(world.socket().url.search).toBe("?since=1");
    off();
    await world.socket().open(origin.delta(1));
    expect([world.client.status, served(world)]).toEqual(["READY", "off"]);
    expect(statuses(world)).toEqual(["READY", "STALE", "READY"]);
  });

  it("asks again what it has not got, when a server that knows more says that it is current", async () => {
    const world = await live();
    await world.socket().say(current(9));
    expect(world.client.status).toBe("STALE");
    await world.clock.pass(500);
    expect(world.socket().url.search).toBe("?since=1");
  });

  it("sends a ping every 20 s and gives up a connection that does not answer", async () => {
    const world = await live();
    await world.clock.pass(20_000);
    expect(world.socket().sent).toEqual(["ping"]);
    await world.socket().say("pong");
    await world.clock.pass(20_000);
    expect(world.socket().sent).toEqual(["ping", "ping"]);
    const [silent] = world.sockets;
    await world.clock.pass(5_000);
    expect(silent!.closedByClient).toBe(true);
    expect(world.client.status).toBe("STALE");
    off();
    await silent!.say(origin.delta(1));
    expect(world.client.revision, "nothing is heard from it any more").toBe(1);
  });

  it("comes back when it is told to", async () => {
    const world = await live();
    await world.socket().say(reconnect(3_000));
    await world.socket().end(1001);
    await world.clock.pass(1_499);
    expect(world.sockets).toHaveLength(1);
    await world.clock.pass(1);
    expect(world.sockets).toHaveLength(2);
  });

  it("hears when to come back though the end comes in the same breath", async () => {
    const world = await live();
    void world.socket().say(reconnect(3_000));
    void world.socket().end(1001);
    await world.clock.pass(1_500);
    expect(world.sockets).toHaveLength(2);
  });

  it("does not take a late word of the last connection for one of this", async () => {
    const belief = new Held<boolean>();
    let checks = 0;
    const world = await live({
      verifySignature: async (check) => {
        checks += 1;
        return checks === 2 ? belief.promise : verifySignature(check);
      },
    });
    off();
    await world.socket().say(origin.delta(1));
    await world.clock.pass(30_000);
    await world.socket().open();
    expect(world.sockets).toHaveLength(2);
    belief.end(true);
    await settle();
    expect([served(world), world.client.status], "held, but not the newest").toEqual([
      "off",
      "STALE",
    ]);
    await world.socket().say(current(2));
    expect(world.client.status).toBe("READY");
  });

  it("stays ready when a poll fails that was asked before the stream came", async () => {
    const world = await start();
    const answer = new Held<never>();
    world.answer = () => answer.promise;
    await world.socket().end();
    await world.clock.pass(250);
    await world.socket().open(origin.snapshot());
    answer.fail(new Error("too late"));
    await settle();
    expect(statuses(world)).toEqual(["READY"]);
  });

  it("asks over HTTP where there are no sockets, and goes back to a socket when there are", async () => {
    const world = await start();
    world.answer = () => answerOf(200, origin.snapshot());
    await world.socket().end();
    expect([world.client.status, served(world)]).toEqual(["READY", "on"]);
    off();
    world.answer = () => answerOf(200, origin.delta(1));
    await world.clock.pass(250);
    await world.socket().end();
    expect([world.client.status, served(world)]).toEqual(["READY", "off"]);
    world.answer = () => answerOf(304);
    await world.clock.pass(500);
    await world.socket().end();
    expect(world.polls.map(({ search }) => search)).toEqual(["", "?since=1", "?since=2"]);
    expect(world.client.status).toBe("READY");
    await world.clock.pass(1_000);
    await world.socket().open(current(2));
    expect(statuses(world)).toEqual(["READY"]);
    await world.clock.pass(60_000);
    expect(world.polls.length, "only what the end of the silent socket asks").toBeLessThan(8);
  });

  it("needs no WebSocket at all", async () => {
    const world = await start({ webSocket: null });
    world.answer = () => answerOf(200, origin.snapshot());
    await world.clock.pass(1_000);
    expect([world.client.status, world.sockets.length]).toEqual(["READY", 0]);
  });

  it("is stale when polls fail too, and recovers", async () => {
    const world = await start();
    world.answer = () => answerOf(200, origin.snapshot());
    await world.socket().end();
    for (const answer of [answerOf(500), answerOf(200, { kind: "unknown-environment" })]) {
      world.answer = () => answer;
      await world.clock.pass(15_000);
      await world.socket().end();
      expect([world.client.status, served(world)]).toEqual(["STALE", "on"]);
    }
    world.answer = () => answerOf(304);
    await world.clock.pass(15_000);
    await world.socket().end();
    expect(world.client.status).toBe("READY");
  });

  it("refuses what a poll brings as it does a stream's, and asks for everything", async () => {
    const world = await start();
    world.answer = () => answerOf(200, origin.snapshot());
    await world.socket().end();
    off();
    origin.put("flag", flag({ key: "other" }));
    const bad = [
      { ...origin.delta(1), seal: origin.seal(1) },
      origin.delta(2),
      { kind: "current" },
    ];
    for (const answer of bad) {
      world.answer = () => answerOf(200, answer);
      await world.clock.pass(60_000);
      expect([world.client.status, world.client.revision]).toEqual(["STALE", 1]);
      expect(world.polls.at(-1)?.search).toBe("");
      world.answer = () => answerOf(304);
      await world.clock.pass(60_000);
      expect([world.client.status, world.polls.at(-1)?.search]).toEqual(["READY", "?since=1"]);
    }
  });

  it("is stale when a poll is answered by somebody who is out of touch", async () => {
    const world = await start();
    const outOfTouch = { "x-switchyard-stale": "31000" };
    world.answer = () => answerOf(200, origin.snapshot(), outOfTouch);
    await world.socket().end();
    expect([world.client.status, served(world)]).toEqual(["STALE", "on"]);
    world.answer = () => answerOf(304, {}, outOfTouch);
    await world.clock.pass(250);
    await world.socket().end();
    expect(world.client.status).toBe("STALE");
  });

  it("gives a poll that is never answered up after 10 s", async () => {
    const world = await start();
    world.answer = () => new Promise(() => {});
    await world.socket().end();
    expect(world.client.status).toBe("NOT_READY");
    await world.clock.pass(10_000);
    expect(world.client.status).toBe("ERROR");
  });

  it.each([
    ["told so", (world: World) => world.socket().say(JSON.stringify({ type: "ended" }))],
    ["closed", (world: World) => world.socket().end(4401)],
  ])(
    "stops for good when its key is revoked and it is %s, and goes on evaluating",
    async (_, end) => {
      const world = await live();
      await end(world);
      expect([world.client.status, served(world)]).toEqual(["FATAL", "on"]);
      await world.clock.pass(3_600_000);
      expect([world.sockets.length, world.polls.length]).toEqual([1, 0]);
      expect(world.clock.timers.size).toBe(0);
      expect(await world.client.waitUntilReady(1_000)).toBe("FATAL");
    },
  );

  it("stops for good when the key is refused again and again", async () => {
    const world = await start();
    world.answer = () => answerOf(401, {});
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(world.client.status).toBe(attempt === 1 ? "NOT_READY" : "ERROR");
      await world.socket().end();
      await world.clock.pass(2_000);
    }
    expect(world.client.status).toBe("FATAL");
    expect(world.sockets).toHaveLength(3);
    expect(world.clock.timers.size).toBe(0);
  });

  it("passes over frames of a later version, and not over what is no frame", async () => {
    const world = await live();
    await world.socket().say(JSON.stringify({ type: "later" }));
    expect(world.client.status).toBe("READY");
    for (const frame of ["{", "7", "", JSON.stringify({ type: "current" })]) {
      await world.socket().say(frame);
      expect(world.client.status, frame).toBe("STALE");
      await world.clock.pass(30_000);
      await world.socket().open(origin.snapshot());
    }
  });

  it("leaves no timer when it is closed, whenever that is", async () => {
    const storage = new TestStorage();
    storage.get = () => new Promise(() => {});
    const beforeStart = await start({ storage });
    const connecting = await start();
    const waiting = await start();
    void waiting.client.waitUntilReady(60_000);
    waiting.answer = () => new Promise(() => {});
    await waiting.socket().end();
    const ready = await live();
    for (const { client, clock, sockets } of [beforeStart, connecting, waiting, ready]) {
      expect(clock.timers.size).toBeGreaterThan(0);
      client.close();
      await settle();
      expect(clock.timers.size).toBe(0);
      expect(client.status).toBe("NOT_READY");
      for (const socket of sockets)
        expect(socket.closedByClient || sockets.length === 1).toBe(true);
      await clock.pass(60_000);
      expect(sockets.length).toBeLessThanOrEqual(1);
    }
    expect(served(ready)).toBe("on");
  });

  it("has done what an event tells, when it tells", async () => {
    const seen: unknown[] = [];
    let world: World | null = null;
    world = await start({
      onEvent: (event) =>
        void seen.push([event.type, world?.client.revision, world && served(world)]),
    });
    await world.socket().open(origin.snapshot());
    off();
    await world.socket().say(origin.delta(1));
    expect(seen).toEqual([
      ["changed", 1, "on"],
      ["status", 1, "on"],
      ["changed", 2, "off"],
    ]);
  });

  it("refuses a client key, half a key, and an address that is none", () => {
    const clientKey = formatSdkKey("client", ENVIRONMENT, new Uint8Array(64).fill(7));
    expect(() => create(clientKey)).toThrow("server key");
    expect(() => create(SERVER_KEY.slice(0, -1))).toThrow("server key");
    expect(() => create(SERVER_KEY, "flags")).toThrow("no URL: flags");
  });

  describe("when its first answer is a boot copy that nobody vouches for", () => {
    const outOfTouch = { "x-switchyard-stale": "31000" };
    let storage: TestStorage;
    let thief: Origin;

    beforeEach(() => {
      storage = new TestStorage();
      thief = new Origin();
      while (thief.revision < 1_000) thief.put("flag", flag({ enabled: false }));
    });

    /** Holds the copy, by a poll that was answered in an outage. */
    async function holding(from: Origin): Promise<World> {
      const world = await start({ storage });
      world.answer = () => answerOf(200, from.snapshot(), outOfTouch);
      await world.socket().end();
      return world;
    }

    const kept = () => JSON.parse(storage.text ?? "null")?.snapshot.revision;

    it("evaluates with it, and forgets it for the first state of a stream", async () => {
      const world = await holding(thief);
      expect([world.client.status, world.client.revision, served(world)]).toEqual([
        "STALE",
        1_000,
        "off",
      ]);
      expect(kept(), "nothing is kept of it").toBeUndefined();
      await world.clock.pass(250);
      expect(world.socket().url.search, "everything is asked for").toBe("");
      await world.socket().open(origin.snapshot());
      expect([world.client.status, world.client.revision, served(world)]).toEqual([
        "READY",
        1,
        "on",
      ]);
      expect(kept()).toBe(1);
      expect(world.events.at(-2)).toEqual({ type: "changed", revision: 1, flags: ["new-nav"] });
      await world.socket().end();
      await world.clock.pass(10_000);
      await world.socket().end();
      expect(world.events).toContainEqual({
        type: "refused",
        why: expect.stringContaining("untrusted-key"),
      });
      expect([served(world), kept()]).toEqual(["on", 1]);
    });

    it("forgets it for a poll's answer that is vouched for, newer or not", async () => {
      for (const revisions of [1, 2_000]) {
        while (origin.revision < revisions) origin.put("flag", flag());
        const world = await holding(thief);
        world.answer = () => answerOf(200, origin.snapshot());
        await world.clock.pass(250);
        await world.socket().end();
        expect(world.polls.at(-1)?.search).toBe("");
        expect([world.client.status, world.client.revision]).toEqual(["READY", revisions]);
        storage.text = null;
      }
    });

    it("is not ready by hearing that it is current", async () => {
      const world = await holding(thief);
      world.answer = () => answerOf(304);
      await world.clock.pass(250);
      await world.socket().open(current(1_000));
      expect(world.client.status).toBe("STALE");
      expect(world.socket().closedByClient, "nothing is to be had from this one").toBe(true);
      await world.clock.pass(60_000);
      expect(world.polls.length).toBeGreaterThan(2);
      expect(world.client.status).toBe("STALE");
    });

    it("starts without it the next time", async () => {
      (await holding(thief)).client.close();
      const world = await start({ storage });
      expect([world.client.status, world.client.revision]).toEqual(["NOT_READY", null]);
      await world.socket().open(origin.snapshot());
      expect([world.client.status, world.client.revision]).toEqual(["READY", 1]);
    });

    it("refuses it when the last run kept what was vouched for", async () => {
      (await live({ storage })).client.close();
      const world = await holding(thief);
      expect([world.client.status, world.client.revision, kept()]).toEqual(["STALE", 1, 1]);
    });

    it("forgets it for what a slow storage has kept", async () => {
      (await live({ storage })).client.close();
      const { text } = storage;
      const reading = new Held<string | null>();
      storage.get = () => reading.promise;
      const starting = await start({ storage });
      starting.answer = () => answerOf(200, thief.snapshot(), outOfTouch);
      await starting.clock.pass(500);
      await starting.socket().end();
      expect(starting.client.revision).toBe(1_000);
      reading.end(text);
      await settle();
      expect([starting.client.status, starting.client.revision]).toEqual(["STALE", 1]);
    });

    it("keeps a newer one of the same authority, for the next start too", async () => {
      const older = origin.snapshot();
      off();
      const world = await holding(origin);
      expect(kept()).toBeUndefined();
      await world.clock.pass(250);
      await world.socket().open(older);
      expect([world.client.status, world.client.revision, kept()]).toEqual(["READY", 2, 2]);
      await world.socket().end();
      await world.clock.pass(10_000);
      expect(world.socket().url.search).toBe("?since=2");
    });
  });

  describe("waitUntilReady", () => {
    it("resolves as soon as the first state is there", async () => {
      const world = await start();
      const waiting = world.client.waitUntilReady(5_000);
      await world.socket().open(origin.snapshot());
      expect(await waiting).toBe("READY");
      expect(await world.client.waitUntilReady(0)).toBe("READY");
      expect(world.clock.timers.size, "the next ping").toBe(1);
    });

    it("resolves with what there is when time is up", async () => {
      const world = await start();
      const waiting = world.client.waitUntilReady(5_000);
      await world.socket().end();
      await world.clock.pass(5_000);
      expect(await waiting).toBe("ERROR");
    });
  });

  describe("with a storage", () => {
    let storage: TestStorage;

    beforeEach(async () => {
      storage = new TestStorage();
      const world = await live({ storage });
      off();
      await world.socket().say(origin.delta(1));
      world.client.close();
    });

    it("starts with what was held last, and says that it is stale when nobody answers", async () => {
      const world = await start({ storage });
      expect([world.client.status, world.client.revision, served(world)]).toEqual([
        "STALE",
        2,
        "off",
      ]);
      const waiting = world.client.waitUntilReady(60_000);
      await world.socket().end();
      expect(await waiting).toBe("STALE");
    });

    it("asks only for what it lacks", async () => {
      origin.put("flag", flag({ key: "other" }));
      const world = await start({ storage });
      expect(world.socket().url.search).toBe("?since=2");
      await world.socket().open(origin.delta(2));
      expect([world.client.status, world.client.revision]).toEqual(["READY", 3]);
      expect(JSON.parse(storage.text!).snapshot.revision).toBe(3);
    });

    it("is given one text at a time, and in the end the newest", async () => {
      const texts: string[] = [];
      const writes: (() => void)[] = [];
      storage.put = (text) => {
        texts.push(text);
        return new Promise((resolve) => writes.push(resolve));
      };
      const world = await start({ storage });
      for (const key of ["a", "b", "c"]) {
        origin.put("flag", flag({ key }));
        const delta = origin.delta(origin.revision - 1);
        await (key === "a" ? world.socket().open(delta) : world.socket().say(delta));
      }
      const revisions = () => texts.map((text) => JSON.parse(text).snapshot.revision);
      expect(revisions()).toEqual([2]);
      writes[0]!();
      await settle();
      expect(revisions()).toEqual([2, 5]);
    });

    it("does not believe what was changed in it, and starts without", async () => {
      storage.text = storage.text!.replace('"enabled":false', '"enabled":true');
      const world = await start({ storage });
      expect([world.client.status, world.client.revision]).toEqual(["NOT_READY", null]);
      expect(world.socket().url.search).toBe("");
    });

    it("does not believe it when it is signed by nobody that is trusted", async () => {
      const world = await start({ storage, trustedKeys: [new Origin().publicKey] });
      expect(world.client.revision).toBeNull();
      expect((await start({ storage, trustedKeys: [origin.publicKey] })).client.revision).toBe(2);
    });

    it("does without one that fails, hangs, or holds something else", async () => {
      for (const text of ["{", "null", '{"format":"other"}']) {
        storage.text = text;
        expect((await start({ storage })).sockets, text).toHaveLength(1);
      }
      storage.fails = true;
      const world = await live({ storage });
      expect(world.client.revision).toBe(2);
      storage.get = () => new Promise(() => {});
      const hanging = await start({ storage });
      expect(hanging.sockets).toHaveLength(0);
      await hanging.clock.pass(500);
      expect(hanging.sockets).toHaveLength(1);
    });
  });
});
