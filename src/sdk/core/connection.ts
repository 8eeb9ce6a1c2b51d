import type { BackoffSettings } from "./backoff.ts";

/**
 * What a client's connection is in. Each phase but `idle` and `ended` has one timer:
 * - `connecting`: the socket has to open by then;
 * - `catching-up`: it is open, and the first state has to come by then;
 * - `live`: the next `ping` is due, or the answer to the last one;
 * - `waiting`: the next try is due.
 */
export type Phase = "idle" | "connecting" | "catching-up" | "live" | "waiting" | "ended";

export interface ConnectionState {
  readonly phase: Phase;
  /** Tries in a row that came to nothing. */
  readonly failures: number;
  /** A live connection was ended by the other side, and there has been none since. */
  readonly isReturning: boolean;
  /** `live`: a `ping` is out, and nothing has been heard since. */
  readonly isAwaitingPong: boolean;
  /** What the server said about coming back once it closes this socket; `null`: nothing. */
  readonly adviceMs: number | null;
  /** The next question is for everything, because a step could not be used. */
  readonly wantsEverything: boolean;
  /** Tries in a row, of either kind, that did not accept the key. */
  readonly refusals: number;
  /** `ended`: because the key is not accepted. */
  readonly isRefused: boolean;
}

export type ConnectionEvent =
  | { readonly type: "start" }
  | { readonly type: "opened" }
  /** Anything at all came through the socket. */
  | { readonly type: "heard" }
  /** What came is held now, or was held already. */
  | { readonly type: "caught-up" }
  /** The same by an answer over HTTP, which says nothing about the socket. */
  | { readonly type: "polled" }
  /** What a poll brought cannot be used. */
  | { readonly type: "poll-refused" }
  /** What came is not the next step from what is held. */
  | { readonly type: "gap" }
  /** What came cannot be used: its seal is wrong, or it makes no ruleset. */
  | { readonly type: "refused" }
  | { readonly type: "advised"; readonly withinMs: number }
  | { readonly type: "closed"; readonly code: number }
  | { readonly type: "timer" }
  /** A poll did not accept the key. */
  | { readonly type: "unauthorized" }
  /** Somebody who knows says that the key has ended. */
  | { readonly type: "key-ended" }
  | { readonly type: "stop" };

export type ConnectionEffect =
  /** Make a socket, and ask for everything or for what is lacking. */
  | { readonly type: "connect"; readonly everything: boolean }
  /** Close the socket and hear nothing more from it. */
  | { readonly type: "disconnect" }
  | { readonly type: "ping" }
  /** Ask once over HTTP. */
  | { readonly type: "poll"; readonly everything: boolean }
  /** Give up the poll that is under way. */
  | { readonly type: "abandon-poll" }
  /** Set the one timer, which replaces what was set; `null`: there is none. */
  | { readonly type: "timer"; readonly ms: number | null };

export interface ConnectionSettings {
  readonly backoff: BackoffSettings;
  /** From the beginning of a try until the socket is open, and from then to the first state. */
  readonly openWithinMs: number;
  readonly pingEveryMs: number;
  /** Silence for so long after a `ping` means that the connection is dead. */
  readonly pongWithinMs: number;
  /**
   * When the other side ends a connection, it probably ended many: all of them come back within so
   * long, and when they find nobody, within so long again. As long as `pingEveryMs`, it makes coming
   * back no more work than staying.
   */
  readonly returnWithinMs: number;
}

export const CONNECTION: Omit<ConnectionSettings, "backoff"> = {
  openWithinMs: 10_000,
  pingEveryMs: 20_000,
  pongWithinMs: 5_000,
  returnWithinMs: 20_000,
};

export const IDLE: ConnectionState = {
  phase: "idle",
  failures: 0,
  isReturning: false,
  isAwaitingPong: false,
  adviceMs: null,
  wantsEverything: false,
  refusals: 0,
  isRefused: false,
};
