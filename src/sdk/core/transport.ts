import { assertNever, type Result } from "../../core/result.ts";
import { PING, PONG } from "../../core/streaming/frames.ts";
import type { ConnectionEffect } from "./connection.ts";
import type { ClientSetup } from "./options.ts";
import { poll } from "./poll.ts";
import { readFrame, readPollAnswer, type ServerWord } from "./read-word.ts";
import { rulesetUrl, streamProtocols, streamUrl } from "./server-address.ts";
import { StreamLink } from "./stream-link.ts";

/**
 * Where something came from: a poll, one whose answer nobody could confirm, or a stream. Streams are
 * numbered, so that one that was given up is known as such.
 */
export type Source = "poll" | "stale-poll" | number;

export interface TransportListener {
  timer(): void;
  opened(): void;
  /** Anything at all came through the stream. */
  heard(): void;
  word(word: Result<ServerWord, string>, source: Source): void;
  closed(code: number, source: Source): void;
  /** A poll found that what is held is the newest. */
  notModified(source: Source): void;
  pollFailed(why: "unauthorized" | "failed"): void;
}

const POLL_WITHIN_MS = 10_000;

/** The socket, the requests and the one timer: does what it is told, and tells what it hears. */
export class Transport {
  readonly #setup: ClientSetup;
  readonly #held: () => number | null;
  readonly #listener: TransportListener;
  #link: StreamLink | null = null;
  #links = 0;
  #polling: AbortController | null = null;
  #stopTimer: () => void = () => {};

  /** @param held the revision that is held and can be built on; `null`: none. */
  constructor(setup: ClientSetup, held: () => number | null, listener: TransportListener) {
    this.#setup = setup;
    this.#held = held;
    this.#listener = listener;
  }

  /** False for a stream that was given up. */
  isCurrent(source: Source): boolean {
    return typeof source === "string" || (this.#link !== null && source === this.#links);
  }

  perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case "connect":
        this.#connect(effect.everything);
        return;
      case "disconnect":
        this.#link?.close();
        this.#link = null;
        return;
      case "ping":
        this.#link?.send(PING);
        return;
      case "poll":
        if (this.#polling === null) void this.#poll(effect.everything);
        return;
      case "abandon-poll":
        this.#polling?.abort();
        return;
      case "timer":
        this.#setTimer(effect.ms);
        return;
      default:
        assertNever(effect);
    }
  }

  #setTimer(ms: number | null): void {
    this.#stopTimer();
    const { clock } = this.#setup;
    this.#stopTimer = ms === null ? () => {} : clock.startTimer(() => this.#listener.timer(), ms);
  }

  #connect(everything: boolean): void {
    const { baseUrl, sdkKey, webSocket } = this.#setup;
    const url = streamUrl(baseUrl, everything ? null : this.#held());
    this.#links += 1;
    const source = this.#links;
    const open = webSocket && (() => new webSocket(url, streamProtocols(sdkKey)));
    this.#link = new StreamLink(open, {
      opened: () => this.#listener.opened(),
      message: (text) => {
        this.#listener.heard();
        if (text !== PONG) this.#listener.word(readFrame(text), source);
      },
      closed: (code) => this.#listener.closed(code, source),
    });
  }

  async #poll(everything: boolean): Promise<void> {
    const { baseUrl, clock, fetch, sdkKey } = this.#setup;
    const url = rulesetUrl(baseUrl, everything ? null : this.#held());
    this.#polling = new AbortController();
    const stopTimer = clock.startTimer(() => this.#polling?.abort(), POLL_WITHIN_MS);
    const outcome = await poll(url, sdkKey, fetch, this.#polling.signal);
    stopTimer();
    this.#polling = null;
    if (outcome.kind === "unauthorized" || outcome.kind === "failed") {
      this.#listener.pollFailed(outcome.kind);
      return;
    }
    const source = outcome.isStale ? "stale-poll" : "poll";
    if (outcome.kind === "not-modified") this.#listener.notModified(source);
    else this.#listener.word(readPollAnswer(outcome.text), source);
  }
}
