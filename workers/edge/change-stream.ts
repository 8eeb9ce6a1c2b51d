import {
  type Change,
  farewellEvent,
  firstEvents,
  KEEP_ALIVE,
  refetchEvent,
} from "../../src/core/ofrep/event-streams.ts";
import type { Clock } from "./ports.ts";
import { RelayLink } from "./relay-link.ts";

export interface ChangeStreamDeps {
  readonly clock: Clock;
  /** In `[0, 1)`. */
  readonly random: () => number;
  /** Opens a `notify` socket at a relay nearby, for a reader that was told of `since`. */
  readonly open: (since: number) => Promise<WebSocket>;
  /**
   * The newest state, of the given revision or a later one if that can be had; `null`: the key of
   * this stream is not good any more.
   */
  readonly look: (revision: number) => Promise<Change | null>;
}

/** Intermediaries cut connections that say nothing for half a minute. */
const SHORTEST_SILENCE_MS = 20_000;
const LONGEST_SILENCE_MS = 25_000;

/**
 * Tells one client of every change, until one of both has had enough. It ends when no relay can be
 * kept in touch with, because a client that comes back then tries again, and one that
 * waits here does not know that it hears nothing.
 */
export class ChangeStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #deps: ChangeStreamDeps;
  readonly #link: RelayLink;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** What the client was told of, and the newest that there is to tell. */
  #told: Change;
  #newest: number;
  #isTelling = false;

  constructor(deps: ChangeStreamDeps, lastTold: number | null, newest: Change) {
    this.#deps = deps;
    this.#told = newest;
    this.#newest = newest.revision;
    this.#link = new RelayLink({
      ...deps,
      open: () => deps.open(this.#told.revision),
      changed: (revision, spreadMs) => this.#orEnd(this.#changed(revision, spreadMs)),
    });
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        this.#write(firstEvents(lastTold, newest));
        this.#orEnd(this.#keepAlive());
        this.#orEnd(this.#link.keep().then((end) => this.#end(end === "unauthorized")));
      },
      cancel: () => {
        this.#controller = undefined;
        this.#link.close();
      },
    });
  }

  async #changed(revision: number, spreadMs: number): Promise<void> {
    const { clock, random } = this.#deps;
    this.#newest = Math.max(this.#newest, revision);
    // Each waits for itself: an urgent one must not wait for those before it, and takes them along.
    await clock.startTimer(random() * spreadMs).done;
    await this.#tell();
  }

  async #tell(): Promise<void> {
    // What comes while one is told of is told of right after it.
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#newest > this.#told.revision) {
      const found = await this.#deps.look(this.#newest);
      if (found === null) return this.#end(true);
      const isThere = found.revision >= this.#newest;
      this.#told = isThere ? found : { revision: this.#newest, acceptedAtMs: null };
      this.#write(refetchEvent(this.#told));
    }
    this.#isTelling = false;
  }

  async #keepAlive(): Promise<void> {
    const { clock, random } = this.#deps;
    for (;;) {
      const spread = (LONGEST_SILENCE_MS - SHORTEST_SILENCE_MS) * random();
      await clock.startTimer(SHORTEST_SILENCE_MS + spread).done;
      if (this.#controller === undefined) return;
      this.#write(KEEP_ALIVE);
      this.#link.check();
    }
  }

  /** A client that comes back is better off than one whose stream has stopped without a word. */
  #orEnd(work: Promise<void>): void {
    void work.catch(() => this.#end(false));
  }

  #write(text: string): void {
    this.#controller?.enqueue(this.#encoder.encode(text));
  }

  /** A client whose key has ended is told to ask again, and learns the reason from the answer. */
  #end(isToldToAsk: boolean): void {
    if (isToldToAsk) this.#write(farewellEvent(this.#told.revision));
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.close();
    this.#link.close();
  }
}
