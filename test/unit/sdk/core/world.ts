import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import type { ClientEvent } from "../../../../src/sdk/core/client-event.ts";
import type { StreamingClientOptions } from "../../../../src/sdk/core/options.ts";
import type {
  ClientClock,
  HttpAnswer,
  LastKnownGoodStorage,
} from "../../../../src/sdk/core/ports.ts";
import type { ReceivedState } from "../../../../src/sdk/core/read-word.ts";
import {
  createStreamingClient,
  type StreamingClient,
} from "../../../../src/sdk/core/streaming-client.ts";
import { frameOf, SERVER_KEY, verifySignature } from "./origin.ts";

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1)
    await new Promise((resolve) => void setImmediate(resolve));
}

/** Something that ends when the test says so. */
export class Held<T> {
  end: (value: T) => void = () => {};
  fail: (error: Error) => void = () => {};
  readonly promise = new Promise<T>((resolve, reject) => {
    this.end = resolve;
    this.fail = reject;
  });
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes when the test says so. */
export class ManualClock implements ClientClock {
  #nowMs = 1_000_000;
  readonly timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  startTimer(run: () => void, ms: number): () => void {
    const timer = { atMs: this.#nowMs + ms, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...this.timers]
        .filter(({ atMs }) => atMs <= untilMs)
        .toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.timers.delete(next);
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = untilMs;
    await settle();
  }
}

/** The server's end of a socket that a client has asked for. */
export class TestSocket {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly sent: string[] = [];
  closedByClient = false;
  readonly #listeners = new Map<string, ((event: object) => void)[]>();

  constructor(url: string, protocols: readonly string[]) {
    this.url = new URL(url);
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: (event: any) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closedByClient = true;
  }

  async open(...frames: (ReceivedState | string)[]): Promise<void> {
    this.#emit("open", {});
    await this.say(...frames);
  }

  async say(...frames: (ReceivedState | string)[]): Promise<void> {
    for (const frame of frames) {
      this.#emit("message", { data: typeof frame === "string" ? frame : frameOf(frame) });
    }
    await settle();
  }

  async end(code = 1006): Promise<void> {
    if (code === 1006) this.#emit("error", {});
    this.#emit("close", { code });
    await settle();
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

/** A storage that outlives its clients. */
export class TestStorage implements LastKnownGoodStorage {
  text: string | null = null;
  fails = false;

  async get(): Promise<string | null> {
    if (this.fails) throw new Error("no storage");
    return this.text;
  }

  async put(text: string): Promise<void> {
    if (this.fails) throw new Error("no storage");
    this.text = text;
  }
}

export interface World {
  readonly clock: ManualClock;
  readonly client: StreamingClient;
  readonly sockets: TestSocket[];
  /** The newest socket. */
  socket(): TestSocket;
  readonly events: ClientEvent[];
  /** Where was asked over HTTP. */
  readonly polls: URL[];
  /** What is answered over HTTP; at first, nobody is there. */
  answer: () => HttpAnswer | Promise<HttpAnswer>;
}

export const answerOf = (
  status: number,
  body: ReceivedState | object = {},
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  headers: new Headers(headers),
  text: async () => JSON.stringify(body),
});

/** A client whose server is the test. `random` is always a half. */
export async function start(options: Partial<StreamingClientOptions> = {}): Promise<World> {
  const clock = new ManualClock();
  const sockets: TestSocket[] = [];
  const world = {
    clock,
    sockets,
    socket: () => sockets.at(-1)!,
    events: [] as ClientEvent[],
    polls: [] as URL[],
    answer: (): HttpAnswer | Promise<HttpAnswer> => {
      throw new TypeError("fetch failed");
    },
  };
  const client = createStreamingClient({
    baseUrl: "https://flags.example.com",
    sdkKey: SERVER_KEY,
    compilePattern: compileRe2,
    verifySignature,
    clock,
    random: () => 0.5,
    webSocket: class extends TestSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    },
    fetch: async (url, { signal }) => {
      world.polls.push(new URL(url));
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
      return Promise.race([world.answer(), aborted]);
    },
    onEvent: (event) => world.events.push(event),
    ...options,
  });
  await settle();
  return Object.assign(world, { client });
}
