import { isRecord } from "../../src/core/json.ts";
import { CLOSE, PING, PONG } from "../../src/core/streaming/frames.ts";
import type { Clock } from "./ports.ts";

export interface LinkDeps {
  readonly clock: Clock;
  /** In `[0, 1)`. */
  readonly random: () => number;
  /** Opens a `notify` socket at a relay nearby, which tells of what the reader lacks. */
  readonly open: () => Promise<WebSocket>;
  /** The relay holds a revision; whoever asks for it chooses a moment within `spreadMs`. */
  readonly changed: (revision: number, spreadMs: number) => void;
}

/** `unauthorized`: the key is not good any more. `lost`: no relay could be kept in touch with. */
export type LinkEnd = "unauthorized" | "lost";
type SocketEnd = LinkEnd | { readonly withinMs: number };

/** How many sockets in a row may break without a word before the link is given up. */
const MOST_TRIES = 6;
const OPENING_DEADLINE_MS = 5_000;
/** The longest wait after the first that broke; it doubles with each. */
const FIRST_RETRY_MS = 250;

/**
 * Keeps in touch with a relay for one reader: opens another socket when one breaks, which tells of
 * what was missed meanwhile. Belongs to one request, and ends with it.
 */
export class RelayLink {
  readonly #deps: LinkDeps;
  #socket: WebSocket | undefined;
  #leave: (() => void) | undefined;
  #tries = 0;
  #isAwaited = false;
  #isClosed = false;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
  }

  /** Done when there is no use in going on, or after `close`. */
  async keep(): Promise<LinkEnd> {
    const { clock, random } = this.#deps;
    while (!this.#isClosed) {
      this.#tries += 1;
      const end = await this.#begin();
      if (end === "unauthorized") return end;
      if (this.#tries >= MOST_TRIES) break;
      const longestMs = FIRST_RETRY_MS * 2 ** Math.max(0, this.#tries - 1);
      const waitMs = end === "lost" ? (longestMs * (1 + random())) / 2 : end.withinMs * random();
      if (!this.#isClosed) await clock.startTimer(waitMs).done;
    }
    return "lost";
  }

  /**
   * To be called every now and then: leaves a socket that has not answered the last time, and asks
   * the others.
   */
  check(): void {
    if (this.#socket === undefined) return;
    if (this.#isAwaited) this.#leave?.();
    else {
      this.#isAwaited = true;
      this.#socket.send(PING);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#leave?.();
  }

  /** Opens a socket, and is done when that has ended or tells to come back. */
  async #begin(): Promise<SocketEnd> {
    const timer = this.#deps.clock.startTimer(OPENING_DEADLINE_MS);
    const opening = this.#deps.open();
    const socket = await Promise.race([opening, timer.done]).catch(() => undefined);
    timer.cancel();
    if (socket === undefined) {
      opening.then(accepted).then(
        (late) => late.close(),
        () => {},
      );
      return "lost";
    }
    this.#leave?.();
    return await this.#listen(accepted(socket));
  }

  #listen(socket: WebSocket): Promise<SocketEnd> {
    this.#socket = socket;
    this.#isAwaited = false;
    return new Promise((resolve) => {
      const ended = (end: SocketEnd) => {
        if (this.#socket === socket) this.#socket = undefined;
        resolve(end);
      };
      this.#leave = () => {
        socket.close();
        ended("lost");
      };
      socket.addEventListener("message", ({ data }) => {
        this.#isAwaited = false;
        const end = this.#heard(data);
        if (end === undefined) this.#tries = 0;
        // It may still have something to say until there is another.
        else resolve(end);
      });
      socket.addEventListener("close", ({ code }) =>
        ended(code === CLOSE.unauthorized ? "unauthorized" : "lost"),
      );
      socket.addEventListener("error", () => ended("lost"));
      if (this.#isClosed) this.#leave();
    });
  }

  /** How the socket is going to end, as its relay says; `undefined`: it is not. */
  #heard(data: unknown): SocketEnd | undefined {
    if (typeof data !== "string" || data === PONG) return undefined;
    const frame: unknown = JSON.parse(data);
    if (!isRecord(frame)) return undefined;
    const { type, revision, spreadMs, withinMs } = frame;
    if (type === "changed" && typeof revision === "number" && typeof spreadMs === "number") {
      this.#deps.changed(revision, spreadMs);
    }
    if (type === "ended") return "unauthorized";
    return type === "reconnect" && typeof withinMs === "number" ? { withinMs } : undefined;
  }
}

/** What is not accepted cannot even be closed. */
function accepted(socket: WebSocket): WebSocket {
  socket.accept();
  return socket;
}
