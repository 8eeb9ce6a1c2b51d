import { assertNever } from "../../core/result.ts";
import { CLOSE } from "../../core/streaming/frames.ts";
import { backoffWindowMs } from "./backoff.ts";
import type {
  ConnectionEffect,
  ConnectionEvent,
  ConnectionSettings,
  ConnectionState,
} from "./connection.ts";

/** A region may not know a new key yet: it takes so many refusals to believe them. */
const MOST_REFUSALS = 3;

export interface Step {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/**
 * What happens next. Pure: `random` is a number from 0 to 1 (exclusive), drawn for this step.
 * Events that mean nothing in the phase, such as an answer that comes too late, change nothing.
 */
export function nextStep(
  state: ConnectionState,
  event: ConnectionEvent,
  settings: ConnectionSettings,
  random: number,
): Step {
  if (isOfSocket(event)) {
    return hasSocket(state) ? fromSocket(state, event, settings, random) : unchanged(state);
  }
  switch (event.type) {
    case "start":
      return state.phase === "idle" ? connecting(state, settings) : unchanged(state);
    case "timer":
      return due(state, settings, random);
    case "caught-up":
    case "polled":
      return caughtUp(state, event.type, settings);
    case "poll-refused":
      return unchanged({ ...state, wantsEverything: state.phase !== "live" });
    case "unauthorized":
      return unauthorized(state);
    case "key-ended":
      return ended(state, true);
    case "stop":
      return ended(state, false);
    default:
      return assertNever(event);
  }
}

const OF_SOCKET = ["opened", "heard", "gap", "refused", "advised", "closed"] as const;

type SocketEvent = Extract<ConnectionEvent, { readonly type: (typeof OF_SOCKET)[number] }>;

function isOfSocket(event: ConnectionEvent): event is SocketEvent {
  return OF_SOCKET.some((type) => type === event.type);
}

function fromSocket(
  state: ConnectionState,
  event: SocketEvent,
  settings: ConnectionSettings,
  random: number,
): Step {
  switch (event.type) {
    case "opened":
      if (state.phase !== "connecting") return unchanged(state);
      return { state: { ...state, phase: "catching-up" }, effects: [timer(settings.openWithinMs)] };
    case "heard":
      return heard(state, settings);
    case "gap":
      return failed(state, settings, random);
    case "refused":
      return failed({ ...state, wantsEverything: true }, settings, random);
    case "advised":
      return unchanged({ ...state, adviceMs: event.withinMs });
    case "closed":
      return closed(state, event.code, settings, random);
    default:
      return assertNever(event);
  }
}

function connecting(state: ConnectionState, settings: ConnectionSettings): Step {
  const next = { ...state, phase: "connecting", isAwaitingPong: false, adviceMs: null } as const;
  const connect = { type: "connect", everything: state.wantsEverything } as const;
  return { state: next, effects: [timer(settings.openWithinMs), connect] };
}

/** A life sign. One that answers a `ping` shows that the connection lasts. */
function heard(state: ConnectionState, settings: ConnectionSettings): Step {
  if (state.phase !== "live" || !state.isAwaitingPong) return unchanged(state);
  const next = { ...state, isAwaitingPong: false, failures: 0 };
  return { state: next, effects: [timer(settings.pingEveryMs)] };
}

function caughtUp(
  state: ConnectionState,
  by: "caught-up" | "polled",
  settings: ConnectionSettings,
): Step {
  if (state.phase === "ended") return unchanged(state);
  const held = { ...state, wantsEverything: false, refusals: 0 };
  if (state.phase !== "catching-up" || by === "polled") return unchanged(held);
  return {
    state: { ...held, phase: "live", isReturning: false },
    effects: [timer(settings.pingEveryMs)],
  };
}

function closed(
  state: ConnectionState,
  code: number,
  settings: ConnectionSettings,
  random: number,
): Step {
  const isLive = state.phase === "live";
  if (code === CLOSE.unauthorized) {
    const judged = isLive ? ended(state, true) : unauthorized(state);
    return judged.state.phase === "ended" ? judged : failed(judged.state, settings, random);
  }
  if (!isLive || code === CLOSE.full) return failed(state, settings, random);
  const returning = { ...state, isReturning: true };
  return waiting(returning, random * (state.adviceMs ?? windowMs(returning, settings)));
}

/** A stream that lives shows that the key is good, whatever a poll was told before. */
function unauthorized(state: ConnectionState): Step {
  if (state.phase === "live" || state.phase === "ended") return unchanged(state);
  const refusals = state.refusals + 1;
  if (refusals < MOST_REFUSALS) return unchanged({ ...state, refusals });
  return ended({ ...state, refusals }, true);
}

function due(state: ConnectionState, settings: ConnectionSettings, random: number): Step {
  switch (state.phase) {
    case "waiting":
      return connecting(state, settings);
    case "connecting":
    case "catching-up":
      return failed(state, settings, random);
    case "live":
      if (state.isAwaitingPong) return failed(state, settings, random);
      return {
        state: { ...state, isAwaitingPong: true },
        effects: [{ type: "ping" }, timer(settings.pongWithinMs)],
      };
    case "idle":
    case "ended":
      return unchanged(state);
    default:
      return assertNever(state.phase);
  }
}

/** The try has come to nothing: HTTP is asked at once, and the socket is tried again later. */
function failed(state: ConnectionState, settings: ConnectionSettings, random: number): Step {
  const failures = state.failures + 1;
  const { wantsEverything, adviceMs } = state;
  const failing = { ...state, failures };
  const waitMs = random * (adviceMs ?? windowMs(failing, settings));
  const { state: next, effects } = waiting(failing, waitMs);
  return { state: next, effects: [...effects, { type: "poll", everything: wantsEverything }] };
}

/** The longest wait before the next try. */
function windowMs(
  { failures, isReturning }: ConnectionState,
  settings: ConnectionSettings,
): number {
  const window = backoffWindowMs(failures, settings.backoff);
  return isReturning ? Math.max(settings.returnWithinMs, window) : window;
}

function waiting(state: ConnectionState, ms: number): Step {
  const next = { ...state, phase: "waiting", isAwaitingPong: false, adviceMs: null } as const;
  return { state: next, effects: [{ type: "disconnect" }, timer(ms)] };
}

function ended(state: ConnectionState, isRefused: boolean): Step {
  if (state.phase === "ended") return unchanged(state);
  const effects = [{ type: "disconnect" }, { type: "abandon-poll" }, timer(null)] as const;
  return { state: { ...state, phase: "ended", isRefused }, effects };
}

function hasSocket({ phase }: ConnectionState): boolean {
  return phase === "connecting" || phase === "catching-up" || phase === "live";
}

const unchanged = (state: ConnectionState): Step => ({ state, effects: [] });

const timer = (ms: number | null): ConnectionEffect => ({ type: "timer", ms });
