import { describe, expect, it } from "vitest";
import { CLOSE, PING, PONG } from "../../../../src/core/streaming/frames.ts";
import type { Change } from "../../../../src/core/ofrep/event-streams.ts";
import { ChangeStream } from "../../../../workers/edge/change-stream.ts";
import { EventReader } from "../../../conformance/ofrep/event-reader.ts";
import { Wire } from "./wires.ts";
import { settle, TestClock } from "./world.ts";

const SOON = 50;

/** A client's stream, its clock, and the relay's end of each socket that it opens. */
class Scene {
  readonly clock = new TestClock();
  readonly wires: Wire[] = [];
  readonly openedSince: number[] = [];
  readonly openedAtMs: number[] = [];
  readonly lookedFor: number[] = [];
  /** How long it takes to find out. */
  lookMs = 0;
  random: number;
  /** What the authority has; `null`: no such key. */
  newest: Change | null;
  relay: "ok" | "error" | "hang";
  readonly #began = this.clock.now();
  readonly #pending: (() => void)[] = [];
  readonly reader: EventReader;

  constructor(told: number | null = 5, random = 0.5, relay: Scene["relay"] = "ok") {
    this.random = random;
    this.relay = relay;
    const first = { revision: 5, acceptedAtMs: 5_000 };
    this.newest = first;
    const stream = new ChangeStream(
      {
        clock: this.clock,
        random: () => this.random,
        open: (since) => this.#open(since),
        look: (revision) => {
          this.lookedFor.push(revision);
          const looking = this.lookMs === 0 ? settle() : this.clock.startTimer(this.lookMs).done;
          return looking.then(() => this.newest);
        },
      },
      told,
      first,
    );
    this.reader = new EventReader(stream.body);
  }

  get wire(): Wire {
    return this.wires.at(-1)!;
  }

  get nowMs(): number {
    return this.clock.now() - this.#began;
  }

  /** The types and ids of the events that have come since the last call. */
  async events(): Promise<readonly string[]> {
    const seen: string[] = [];
    for (;;) {
      const piece = await this.reader.next(SOON);
      if (typeof piece === "string") return piece === "ended" ? [...seen, "ended"] : seen;
      if (piece.kind === "event") {
        seen.push(`${String(piece.event.data?.["type"])} ${piece.event.id}`);
      } else if (piece.kind === "comment") seen.push("comment");
    }
  }

  #open(since: number): Promise<WebSocket> {
    this.openedSince.push(since);
    this.openedAtMs.push(this.nowMs);
    if (this.relay === "hang") {
      return new Promise((resolve) => {
        this.#pending.push(() => resolve(this.#newWire()));
      });
    }
    if (this.relay === "error") return Promise.reject(new Error("Network connection lost."));
    return Promise.resolve(this.#newWire());
  }

  #newWire(): WebSocket {
    const wire = new Wire();
    this.wires.push(wire);
    return wire as unknown as WebSocket;
  }

  /** The relays that hung open their sockets after all. */
  answerLate(): void {
    for (const answer of this.#pending.splice(0)) answer();
  }
}

const changed = (revision: number, spreadMs = 0) => ({ type: "changed", revision, spreadMs });
const at = (revision: number): Change => ({ revision, acceptedAtMs: revision * 1_000 });

describe("a stream of changes", () => {
  it("says its first word before any relay has been reached", async () => {
    for (const [told, first] of [
      [null, "refetchEvaluation 5"],
      [5, "connected 5"],
    ] as const) {
      const scene = new Scene(told, 0.5, "hang");
      expect(await scene.events()).toEqual([first]);
      expect(scene.wires).toHaveLength(0);
    }
  });

  it("tells of a change with what is found when it is looked for, and once of each revision", async () => {
    const scene = new Scene();
    await scene.events();
    scene.newest = at(7);
    scene.wire.says(changed(6));
    await scene.clock.advance(1);
    scene.wire.says(changed(7));
    scene.wire.says(changed(4));
    await scene.clock.advance(1);
    expect(await scene.events()).toEqual(["refetchEvaluation 7"]);
    expect(scene.lookedFor).toEqual([6]);
  });

  it("tells of a revision that it cannot find itself, without a time", async () => {
    const scene = new Scene();
    await scene.events();
    scene.wire.says(changed(6));
    await scene.clock.advance(1);
    expect(await scene.reader.nextRefetch(SOON)).toMatchObject({
      id: "6",
      data: { type: "refetchEvaluation", etag: "6" },
      text: expect.not.stringContaining("lastModified"),
    });
  });

  it("waits a random part of the spread, and tells then of all that came meanwhile at once", async () => {
    const scene = new Scene();
    scene.random = 0.25;
    await scene.events();
    scene.newest = at(8);
    scene.wire.says(changed(6, 2_000));
    await scene.clock.advance(499);
    scene.wire.says(changed(8, 2_000));
    expect(await scene.events()).toEqual([]);
    await scene.clock.advance(1);
    expect(await scene.events()).toEqual(["refetchEvaluation 8"]);
    await scene.clock.advance(5_000);
    expect(await scene.events()).toEqual([]);
  });

  it("does not let an urgent change wait for what is spread over a longer time", async () => {
    const scene = new Scene();
    await scene.events();
    scene.newest = at(7);
    scene.wire.says(changed(6, 2_000));
    scene.wire.says(changed(7, 500));
    await scene.clock.advance(250);
    expect(await scene.events()).toEqual(["refetchEvaluation 7"]);
    await scene.clock.advance(5_000);
    expect(await scene.events()).toEqual([]);
  });

  it("says nothing twice, and does not go back, when changes come while one is looked for", async () => {
    const scene = new Scene();
    await scene.events();
    scene.lookMs = 100;
    for (const revision of [6, 8, 7]) {
      scene.wire.says(changed(revision));
      await scene.clock.advance(20);
    }
    await scene.clock.advance(500);
    // The first was looked for before there were others, and nothing newer is found here.
    expect(await scene.events()).toEqual(["refetchEvaluation 8"]);
    expect(scene.lookedFor).toEqual([6]);
  });

  it.each([
    [0, 20_000],
    [0.5, 22_500],
    [1, 25_000],
  ])("breaks its silence after 20 to 25 seconds (drawn: %j)", async (random, afterMs) => {
    const scene = new Scene(5, random);
    await scene.events();
    await scene.clock.advance(afterMs - 1);
    expect(await scene.events()).toEqual([]);
    await scene.clock.advance(1);
    expect(await scene.events()).toEqual(["comment"]);
    await scene.clock.advance(afterMs);
    expect(await scene.events()).toEqual(["comment"]);
  });

  it("opens another socket when one breaks, from what it has told of", async () => {
    const scene = new Scene();
    await scene.events();
    scene.newest = at(6);
    scene.wire.says(changed(6));
    await scene.clock.advance(1);
    scene.wire.breaks();
    await scene.clock.advance(250);
    expect(scene.openedSince).toEqual([5, 6]);
    scene.newest = at(7);
    scene.wire.says(changed(7));
    await scene.clock.advance(1);
    expect(await scene.events()).toEqual(["refetchEvaluation 6", "refetchEvaluation 7"]);
  });

  it.each(["error", "hang", "breaks"] as const)(
    "waits longer each time, and ends after six tries, when its relay gives no socket that speaks (%s)",
    async (how) => {
      const scene = new Scene();
      scene.random = 0;
      await scene.events();
      scene.wire.says(PONG);
      if (how !== "breaks") scene.relay = how;
      scene.wire.breaks();
      for (let ms = 0; ms < 60_000; ms += 50) {
        await scene.clock.advance(50);
        if (scene.wires.length > 1 && !scene.wire.isClosed) scene.wire.breaks();
      }
      const opened = scene.openedAtMs.slice(1);
      const spent = how === "hang" ? 5_000 : 0;
      const waits = opened.slice(1).map((ms, index) => ms - opened[index]! - spent);
      // What breaks is broken by the test, within 50 ms.
      expect(waits.map((wait, index) => Math.floor(wait / (125 * 2 ** index)))).toEqual(
        Array.from({ length: 5 }, () => 1),
      );
      expect(await scene.events()).toEqual([...(how === "hang" ? ["comment"] : []), "ended"]);
    },
  );

  it("waits no longer than at first when a socket breaks that has spoken", async () => {
    const scene = new Scene();
    await scene.events();
    scene.relay = "error";
    scene.wire.breaks();
    await scene.clock.advance(2_000);
    expect(scene.openedAtMs).toHaveLength(4);
    scene.relay = "ok";
    await scene.clock.advance(2_000);
    scene.wire.says(PONG);
    scene.wire.breaks();
    const before = scene.wires.length;
    await scene.clock.advance(250);
    expect(scene.wires).toHaveLength(before + 1);
  });

  it("leaves a socket that does not answer within a silence, and comes back elsewhere", async () => {
    const scene = new Scene();
    await scene.events();
    await scene.clock.advance(25_000);
    expect(scene.wire.sent).toEqual([PING]);
    scene.wire.says(PONG);
    await scene.clock.advance(25_000);
    expect(scene.wires).toHaveLength(1);
    // That was asked once more, and is not answered.
    await scene.clock.advance(25_000);
    expect(scene.wires).toHaveLength(2);
    expect(scene.wires.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    scene.newest = at(6);
    scene.wire.says(changed(6));
    await scene.clock.advance(1);
    expect(await scene.events()).toEqual(["comment", "comment", "comment", "refetchEvaluation 6"]);
  });

  it("comes back within the time that a relay names, and listens to the old socket until then", async () => {
    const scene = new Scene();
    await scene.events();
    scene.wire.says({ type: "reconnect", withinMs: 10_000 });
    await scene.clock.advance(4_000);
    scene.newest = at(6);
    scene.wire.says(changed(6));
    await scene.clock.advance(990);
    expect(scene.wires).toHaveLength(1);
    expect(await scene.events()).toEqual(["refetchEvaluation 6"]);
    await scene.clock.advance(10);
    expect(scene.openedSince).toEqual([5, 6]);
    expect(scene.wires.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  it("ends when every relay that it comes to is full", async () => {
    const scene = new Scene();
    for (let tries = 0; tries < 6; tries += 1) {
      await settle();
      scene.wire.says({ type: "reconnect", withinMs: 1_000 });
      scene.wire.breaks(CLOSE.full);
      await scene.clock.advance(500);
    }
    expect(scene.wires).toHaveLength(6);
    expect(await scene.events()).toEqual(["connected 5", "ended"]);
  });

  it.each([
    ["says so", (wire: Wire) => wire.says({ type: "ended" })],
    ["closes for it", (wire: Wire) => wire.breaks(CLOSE.unauthorized)],
  ])(
    "tells to ask again and ends for good when the key has ended: the relay %s",
    async (_, end) => {
      const scene = new Scene();
      await scene.events();
      end(scene.wire);
      await settle();
      expect(await scene.events()).toEqual(["refetchEvaluation 5", "ended"]);
      await scene.clock.advance(60_000);
      expect(scene.wires).toHaveLength(1);
    },
  );

  it("does the same when it finds that out by itself", async () => {
    const scene = new Scene();
    await scene.events();
    scene.newest = null;
    scene.wire.says(changed(6));
    await scene.clock.advance(1);
    expect(await scene.events()).toEqual(["refetchEvaluation 5", "ended"]);
    expect(scene.wire.isClosed).toBe(true);
  });

  it("lets go of its relay when the client leaves, also while a socket is being opened", async () => {
    const scene = new Scene();
    await scene.reader.close();
    await scene.clock.advance(60_000);
    expect(scene.wires).toHaveLength(1);
    expect(scene.wire.isClosed).toBe(true);
    const after = new Scene();
    await after.events();
    await after.reader.close();
    await after.clock.advance(60_000);
    expect(after.wires.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  it("lets go of a socket that comes too late", async () => {
    const scene = new Scene();
    await scene.events();
    scene.relay = "hang";
    scene.wire.breaks();
    await scene.clock.advance(250 + 5_000);
    scene.relay = "ok";
    scene.answerLate();
    await scene.clock.advance(500);
    expect(scene.wires.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
  });
});
