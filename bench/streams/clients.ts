import { get } from "node:http";
import { PING, PONG } from "../../src/core/streaming/frames.ts";
import { BACKOFF } from "../../src/sdk/core/backoff.ts";
import {
  CONNECTION,
  type ConnectionEffect,
  type ConnectionEvent,
  IDLE,
} from "../../src/sdk/core/connection.ts";
import { nextStep } from "../../src/sdk/core/next-step.ts";
import { rulesetUrl, streamUrl } from "../../src/sdk/core/server-address.ts";
import { LightSocket, traffic } from "./light-socket.ts";
import {
  type ClientsOrder,
  type FromClients,
  monotonicMs,
  type Second,
  type ToClients,
} from "./messages.ts";

// A process full of clients that decide as the real one does, and hold nothing but the revision.

const SETTINGS = { ...CONNECTION, backoff: BACKOFF };

const clients: LightClient[] = [];
const arrivals = new Map<number, number[]>();
const seconds = new Map<number, Second>();
let live = 0;
let lastLiveAtMs = 0;
let bytesSeen = 0;

class LightClient {
  readonly #order: ClientsOrder;
  #state = IDLE;
  #socket: LightSocket | null = null;
  #timer: NodeJS.Timeout | undefined;
  revision = -1;

  constructor(order: ClientsOrder) {
    this.#order = order;
  }

  dispatch(event: ConnectionEvent): void {
    const before = this.#state.phase;
    const { state, effects } = nextStep(this.#state, event, SETTINGS, Math.random());
    this.#state = state;
    if (before !== "live" && state.phase === "live") becameLive();
    if (before === "live" && state.phase !== "live") live -= 1;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case "connect":
        this.#connect(effect.everything ? null : this.#since());
        return;
      case "disconnect":
        this.#socket?.close();
        this.#socket = null;
        return;
      case "ping":
        this.#socket?.send(PING);
        thisSecond().requests += 1;
        return;
      case "poll":
        this.#poll(effect.everything ? null : this.#since());
        return;
      case "timer":
        clearTimeout(this.#timer);
        if (effect.ms !== null) {
          this.#timer = setTimeout(() => this.dispatch({ type: "timer" }), effect.ms);
        }
        return;
      case "abandon-poll":
        return;
    }
  }

  #since(): number | null {
    return this.revision < 0 ? null : this.revision;
  }

  #connect(since: number | null): void {
    const { url, key } = this.#order;
    let isReached = false;
    this.#socket = new LightSocket(new URL(streamUrl(url, since)), key, {
      opened: () => {
        isReached = true;
        thisSecond().requests += 1;
        this.dispatch({ type: "opened" });
      },
      text: (text) => this.#take(text),
      closed: (code) => {
        if (!isReached) thisSecond().inVain += 1;
        this.dispatch({ type: "closed", code });
      },
    });
  }

  #take(text: string): void {
    this.dispatch({ type: "heard" });
    if (text === PONG) return;
    const frame = JSON.parse(text);
    thisSecond().frames += 1;
    const revision = frame.revision ?? frame.delta?.revision ?? frame.snapshot?.revision;
    if (typeof revision === "number") this.#hold(revision);
  }

  #hold(revision: number): void {
    if (revision > this.revision) {
      this.revision = revision;
      const known = arrivals.get(revision);
      if (known === undefined) arrivals.set(revision, [monotonicMs()]);
      else known.push(monotonicMs());
    }
    this.dispatch({ type: "caught-up" });
  }

  #poll(since: number | null): void {
    const headers = { authorization: `Bearer ${this.#order.key}` };
    const request = get(rulesetUrl(this.#order.url, since), { headers, agent: false }, (answer) => {
      thisSecond().requests += 1;
      answer.resume();
    });
    request.on("error", () => (thisSecond().inVain += 1));
  }
}

function becameLive(): void {
  live += 1;
  lastLiveAtMs = monotonicMs();
  if (live === clients.length) say({ type: "all-live" });
}

function thisSecond(): Second {
  const at = Math.floor(monotonicMs() / 1_000);
  let second = seconds.get(at);
  if (second === undefined) {
    second = { at, requests: 0, inVain: 0, frames: 0, bytes: 0 };
    seconds.set(at, second);
  }
  return second;
}

function countBytes(): void {
  const bytes = traffic.received + traffic.sent;
  thisSecond().bytes += bytes - bytesSeen;
  bytesSeen = bytes;
}

function begin(order: ClientsOrder): void {
  for (let made = 0; made < order.count; made += 1) clients.push(new LightClient(order));
  for (const [at, client] of clients.entries()) {
    setTimeout(() => client.dispatch({ type: "start" }), (at / order.perSecond) * 1_000);
  }
}

function report(): void {
  const revisions = clients.map(({ revision }) => revision);
  say({
    type: "report",
    arrivals: Array.from(arrivals, ([revision, atMs]) => ({ revision, atMs })),
    seconds: [...seconds.values()],
    held: [Math.min(...revisions), Math.max(...revisions)],
    live,
    lastLiveAtMs,
  });
}

function say(message: FromClients): void {
  process.send?.(message);
}

setInterval(countBytes, 100);
process.on("disconnect", () => process.exit());
process.on("message", (message: ToClients) => {
  if (message.type === "begin") begin(message.order);
  else if (message.type === "report") report();
  else {
    arrivals.clear();
    seconds.clear();
    lastLiveAtMs = 0;
  }
});
