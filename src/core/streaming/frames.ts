import type { Delta, Snapshot } from "../documents/snapshot.ts";
import type { Seal } from "../signing/seal.ts";

/**
 * What a relay sends over a socket, each as one JSON text. To `server` sockets: what they lack, in
 * order, so that each begins where the one before it ended. To `notify` sockets: `changed` only.
 */
export type RelayFrame =
  /** First, when the reader lacks nothing. */
  | { readonly type: "current"; readonly revision: number }
  | { readonly type: "snapshot"; readonly snapshot: Snapshot; readonly seal: Seal }
  | { readonly type: "delta"; readonly delta: Delta; readonly seal: Seal }
  /**
   * The relay holds this revision. `spreadMs`: readers that ask for something on hearing of it
   * choose a moment within so long at random, because they are many.
   */
  | { readonly type: "changed"; readonly revision: number; readonly spreadMs: number }
  /** The socket is about to be closed; come back after a random part of `withinMs`. */
  | { readonly type: "reconnect"; readonly withinMs: number }
  /**
   * The key has ended, and so does the stream; it is closed as `unauthorized`. Said besides, since
   * not every runtime ends a connection when the socket of an object that can sleep is closed.
   */
  | { readonly type: "ended" };

/** What the edge sends to a client key's socket. Flags are as in an OFREP bulk answer. */
export type ClientFrame =
  /** `complete`: all flags that the key may see; otherwise those whose answer has changed. */
  | {
      readonly type: "values";
      readonly revision: number;
      readonly complete: boolean;
      readonly flags: readonly unknown[];
      /** Keys of flags that are no longer there. */
      readonly removed: readonly string[];
    }
  | { readonly type: "error"; readonly errorCode: string; readonly errorDetails: string }
  | { readonly type: "reconnect"; readonly withinMs: number };

/** What a client key's socket says, first and whenever its user changes. */
export interface ContextFrame {
  readonly type: "context";
  readonly context: Readonly<Record<string, unknown>>;
}

/** Sent by either side as a whole text, and answered without waking the relay. */
export const PING = "ping";
export const PONG = "pong";

/** The subprotocol that is agreed on. */
export const STREAM_PROTOCOL = "switchyard.v1";
/** Where no header can be set: this and the SDK key, offered besides `STREAM_PROTOCOL`. */
export const KEY_PROTOCOL_PREFIX = "switchyard.key.";

/** Why a stream was closed. */
export const CLOSE = {
  /** The key was revoked or has expired: coming back is of no use. */
  unauthorized: 4401,
  /** The relay has as many sockets as it takes: come back, perhaps to another shard. */
  full: 4429,
  /** Nothing is wrong but at this end: come back, within what `reconnect` said. */
  restart: 1012,
  /** What was sent is no `ContextFrame`. */
  unreadable: 4400,
} as const;
