import { changesFrom, type HeldState } from "../src/core/propagation/held-state.ts";
import { CLOSE, PING, PONG, type RelayFrame } from "../src/core/streaming/frames.ts";
import {
  changedFrame,
  isUrgentForReaders,
  serverFrame,
  spreadMs,
} from "../src/core/streaming/relay-frames.ts";
import type { StreamSettings } from "../src/core/streaming/settings.ts";
import type { SocketRequest } from "../src/core/streaming/socket-request.ts";
import { admission, endedKeys, nextExpiryMs } from "../src/core/streaming/stream-keys.ts";

/** Each may be as large as the whole ruleset. */
const MOST_FRAMES = 4;

export interface OpeningLimits {
  readonly nowMs: number;
  /** The most sockets that may be open. */
  readonly most: number;
}

/**
 * A relay's sockets. All that is known of one is in its tags, so that nothing is lost when the object
 * sleeps: each `server` socket has been sent what the relay holds, neither less nor more. Every
 * method but `schedule` is done before it returns, which keeps it so.
 */
export class RelaySockets {
  readonly #ctx: DurableObjectState;
  readonly #settings: StreamSettings;
  /** At least as many as there are; `null`: not counted since the object woke up. */
  #most: number | null = null;
  #alarmAtMs: number | null = null;
  /** Frames of the state that is held now, by where they begin. */
  #frames: { readonly of: HeldState; readonly bySince: Map<number | null, string> } | null = null;
  #reached: { readonly revision: number; readonly sockets: number } | null = null;

  constructor(ctx: DurableObjectState, settings: StreamSettings) {
    this.#ctx = ctx;
    this.#settings = settings;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /** How many sockets were sent that a revision is there; those that are open if it is not known. */
  reached(revision: number | null): number {
    if (this.#reached?.revision === revision) return this.#reached.sockets;
    return this.#ctx.getWebSockets().length;
  }

  /** Opens a socket and sends what its reader lacks, or turns the reader away. */
  open(held: HeldState, asked: SocketRequest, { nowMs, most }: OpeningLimits): Response {
    const answer = admission(held, asked, nowMs);
    if (answer === "not-now") return notNow();
    const { 0: client, 1: server } = new WebSocketPair();
    if (answer === "ended") closeEnded(accepted(server));
    else if (this.#hasRoom(most)) this.#welcome(server, held, asked);
    else this.#turnAway(accepted(server));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Tells all sockets that the relay has come from one state to another. */
  advanced(before: HeldState, after: HeldState, nowMs: number): void {
    this.end(endedKeys(before, after, nowMs));
    const { revision } = after.head;
    const since = before.head.revision;
    const servers = this.#ctx.getWebSockets("server" satisfies SocketRequest["kind"]);
    const notified = this.#ctx.getWebSockets("notify" satisfies SocketRequest["kind"]);
    let sockets = 0;
    if (servers.length > 0) sockets += sendAll(servers, this.#frame(after, since));
    if (notified.length > 0) {
      const isUrgent = isUrgentForReaders(changesFrom(after, since));
      const spread = spreadMs(notified.length, isUrgent, this.#settings);
      sockets += sendAll(notified, changedFrame(revision, spread));
    }
    this.#reached = { revision, sockets };
  }

  /** Closes the sockets of keys that are not good any more. */
  end(keyIds: readonly string[]): void {
    for (const id of keyIds) {
      for (const socket of this.#ctx.getWebSockets(keyTag(id))) {
        closeEnded(socket);
      }
    }
  }

  /** Closes all sockets. Their readers come back, not all at once, and say what they hold. */
  sendAway(): void {
    const sockets = this.#ctx.getWebSockets();
    const withinMs = this.#settings.returnWithinMs;
    sendAll(sockets, JSON.stringify({ type: "reconnect", withinMs } satisfies RelayFrame));
    for (const socket of sockets) socket.close(CLOSE.restart, "Come back.");
  }

  /**
   * Sees to it that the alarm rings when there is something to do for the sockets; `isOpening`: there
   * will be one in a moment. Without sockets it rings no more.
   */
  async schedule(held: HeldState, nowMs: number, isOpening = false): Promise<void> {
    if (!isOpening && this.#ctx.getWebSockets().length === 0) return;
    const { askEveryMs } = this.#settings;
    const expiryMs = nextExpiryMs(held, nowMs) ?? Number.POSITIVE_INFINITY;
    const dueMs = Math.min(nowMs + askEveryMs, expiryMs);
    this.#alarmAtMs ??= await this.#ctx.storage.getAlarm();
    if (this.#alarmAtMs !== null && isBetween(this.#alarmAtMs, nowMs - askEveryMs, dueMs)) return;
    this.#alarmAtMs = dueMs;
    await this.#ctx.storage.setAlarm(dueMs);
  }

  /** To be called when the alarm rings. */
  rang(): void {
    this.#alarmAtMs = null;
  }

  /** Counting takes as long as there are sockets, so it is done only when it may matter. */
  #hasRoom(most: number): boolean {
    if (this.#most === null || this.#most >= most) {
      this.#most = this.#ctx.getWebSockets().length;
    }
    if (this.#most >= most) return false;
    this.#most += 1;
    return true;
  }

  #welcome(server: WebSocket, held: HeldState, { kind, keyId, since }: SocketRequest): void {
    this.#ctx.acceptWebSocket(server, [kind, keyTag(keyId)]);
    const { revision } = held.head;
    if (kind === "server") server.send(this.#frame(held, since));
    else if (since === null || since < revision) server.send(changedFrame(revision, 0));
  }

  /** After a restart many come at once who lack the same, and it may be everything. */
  #frame(held: HeldState, since: number | null): string {
    if (this.#frames?.of !== held || this.#frames.bySince.size >= MOST_FRAMES) {
      this.#frames = { of: held, bySince: new Map() };
    }
    const frame = this.#frames.bySince.get(since) ?? serverFrame(held, since);
    this.#frames.bySince.set(since, frame);
    return frame;
  }

  #turnAway(socket: WebSocket): void {
    const withinMs = this.#settings.returnToFullWithinMs;
    socket.send(JSON.stringify({ type: "reconnect", withinMs } satisfies RelayFrame));
    socket.close(CLOSE.full, "This relay has as many sockets as it takes.");
  }
}

/** There is nothing that could be sent; the reader is to come back. */
export function notNow(): Response {
  return new Response(null, { status: 503 });
}

function closeEnded(socket: WebSocket): void {
  sendAll([socket], JSON.stringify({ type: "ended" } satisfies RelayFrame));
  socket.close(CLOSE.unauthorized, "The SDK key was revoked or has expired.");
}

/** A socket that is closed at once has no need to outlive the object's sleep. */
function accepted(socket: WebSocket): WebSocket {
  socket.accept();
  return socket;
}

/** An alarm that should have rung long ago will not ring any more. */
const isBetween = (atMs: number, fromMs: number, toMs: number): boolean =>
  atMs >= fromMs && atMs <= toMs;

const keyTag = (keyId: string): string => `key:${keyId}`;

/** How many were open. A socket that is just going away says so only when it is sent something. */
function sendAll(sockets: readonly WebSocket[], frame: string): number {
  let sent = 0;
  for (const socket of sockets) {
    try {
      socket.send(frame);
      sent += 1;
    } catch {
      // It is closed, and its reader will come back by itself.
    }
  }
  return sent;
}
