import { describe, expect, it } from "vitest";
import type { Ruleset } from "../../../src/core/evaluation/ruleset.ts";
import { CLOSE } from "../../../src/core/streaming/frames.ts";
import { ClientStream } from "../../../workers/edge/client-stream.ts";
import type { Timer } from "../../../workers/edge/ports.ts";
import { Reader } from "./sockets.ts";

/** A client's stream of which the test is the relay, the rulesets, and the clock. */
class Scene {
  readonly reader: Reader;
  /** What was waited for, in milliseconds; each wait is over at once, but for those to be held. */
  readonly waits: number[] = [];
  readonly crashes: unknown[] = [];
  /** The revision that can be had; `null`: the key has ended; `undefined`: nothing can. */
  there: number | null | undefined = 1;
  values: Record<string, number> = { a: 1 };
  relay: WebSocket | undefined;
  opened = 0;
  readonly run: Promise<void>;

  constructor(isReachable = true, since = 0) {
    const { 0: client, 1: server } = new WebSocketPair();
    const stream = new ClientStream(server, since, 1, {
      clock: { now: () => Date.now(), startTimer: (ms) => this.#timer(ms) },
      random: () => 0.5,
      open: () => this.#open(isReachable),
      look: () => Promise.resolve(this.#look()),
      evaluate: () => {
        if (this.values["crash"] !== undefined) throw new Error("a bug");
        return new Map(
          Object.entries(this.values).map(([key, value]) => [key, `{"${key}":${value}}`]),
        );
      },
      crashed: (error) => this.crashes.push(error),
    });
    this.run = stream.run();
    this.reader = new Reader(client);
  }

  say(): void {
    this.reader.socket.send('{"type":"context","context":{}}');
  }

  tell(revision: number, spreadMs = 0): void {
    this.relay!.send(JSON.stringify({ type: "changed", revision, spreadMs }));
  }

  #look(): Ruleset | null | undefined {
    const { there } = this;
    return typeof there === "number" ? ({ revision: there } as Ruleset) : there;
  }

  #open(isReachable: boolean): Promise<WebSocket> {
    this.opened += 1;
    if (!isReachable) return Promise.reject(new Error("no relay"));
    const { 0: near, 1: far } = new WebSocketPair();
    far.accept();
    this.relay = far;
    return Promise.resolve(near);
  }

  /** The watch, every 20 s, never rings; nor does the deadline of opening. */
  #timer(ms: number): Timer {
    if (ms === 20_000 || ms === 5_000) return { done: new Promise(() => {}), cancel: () => {} };
    this.waits.push(ms);
    return { done: scheduler.wait(1), cancel: () => {} };
  }
}

describe("a client's stream", () => {
  it("asks for what it was told of after a part of the spread, and until that can be had", async () => {
    const scene = new Scene();
    scene.say();
    await scene.reader.frame(0);
    scene.values = { a: 2 };
    scene.tell(2, 1_000);
    await scene.reader.until(() => scene.waits.filter((ms) => ms === 2_000).length > 1);
    const part = scene.waits.indexOf(500);
    const after = scene.waits.slice(part + 1).join();
    expect(after).toContain("250,500,1000,2000,2000");
    expect(scene.reader.frames.at(-1)).toMatchObject({ revision: 1 });
    scene.there = 2;
    scene.values = { a: 3 };
    await scene.reader.until(() => scene.reader.frames.at(-1).revision === 2);
    expect(scene.reader.frames.at(-1)).toMatchObject({ complete: false, flags: [{ a: 3 }] });
  });

  it("never goes back to an older revision, which an isolate may hold after a cold start", async () => {
    const scene = new Scene();
    scene.there = 5;
    scene.say();
    await scene.reader.frame(0);
    scene.there = 4;
    scene.values = { a: 0 };
    scene.say();
    expect(await scene.reader.frame(1)).toMatchObject({ type: "error", errorCode: "GENERAL" });
    scene.there = 6;
    await scene.reader.until(() => scene.reader.frames.at(-1).revision === 6);
    expect(scene.reader.frames.filter(({ type }) => type === "values")).toHaveLength(2);
  });

  it("sends nothing older than what the client saw before it came back", async () => {
    const scene = new Scene(true, 3);
    scene.say();
    expect(await scene.reader.frame(0)).toMatchObject({ type: "error", errorCode: "GENERAL" });
    scene.there = 3;
    await scene.reader.until(() => scene.reader.frames.at(-1).type === "values");
    expect(scene.reader.frames.at(-1)).toMatchObject({ revision: 3, complete: true });
  });

  it("says so when nothing can be had, and sends the values when they can", async () => {
    const scene = new Scene();
    scene.there = undefined;
    scene.say();
    expect(await scene.reader.frame(0)).toMatchObject({ type: "error", errorCode: "GENERAL" });
    scene.there = 1;
    await scene.reader.until(() => scene.reader.frames.at(-1).type === "values");
    expect(scene.reader.frames.at(-1)).toMatchObject({ complete: true, flags: [{ a: 1 }] });
  });

  it("ends when its key is found to have ended, and so does the relay's socket", async () => {
    const scene = new Scene();
    scene.there = null;
    scene.say();
    expect(await scene.reader.closedWith()).toBe(CLOSE.unauthorized);
    await scene.run;
    expect(scene.relay?.readyState).not.toBe(WebSocket.OPEN);
  });

  it("is sent back, not all at once, when no relay can be kept in touch with, or by a bug", async () => {
    const unreachable = new Scene(false);
    expect(await unreachable.reader.frame(0)).toEqual({ type: "reconnect", withinMs: 10_000 });
    expect(await unreachable.reader.closedWith()).toBe(CLOSE.restart);
    expect(unreachable.opened).toBe(6);
    const broken = new Scene();
    broken.values = { crash: 1 };
    broken.say();
    expect(await broken.reader.closedWith()).toBe(CLOSE.restart);
    expect(broken.crashes).toHaveLength(1);
  });

  it("answers contexts that come faster than it evaluates together, with the last one", async () => {
    const scene = new Scene();
    for (let count = 0; count < 50; count += 1) scene.say();
    await scene.reader.frame(0);
    await scene.reader.until(() => scene.waits.filter((ms) => ms === 250).length > 0);
    expect(scene.reader.frames.length).toBeLessThan(10);
  });
});
