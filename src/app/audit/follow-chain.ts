import { STREAM_LIMITS } from "../stream-limits.ts";
import type { AuditedEvent } from "./audit-view.ts";

/** What a follower of a chain is told. */
export type FollowEvent =
  | { readonly kind: "entry"; readonly event: AuditedEvent }
  /** Nothing has happened for a while. */
  | { readonly kind: "quiet" }
  /** `time-limit`: come back with the last position. `unreachable`: nobody has answered for 30 s. */
  | { readonly kind: "end"; readonly reason: "time-limit" | "unreachable" };

export interface FollowDeps {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** The entries after a position, oldest first, some at a time. `null`: nobody answered. */
  readonly read: (after: number) => Promise<readonly AuditedEvent[] | null>;
  /** Fires when nobody follows any more. */
  readonly gone: AbortSignal;
}

const EVERY_MS = 1_000;

/** Tells of each entry of a chain after a position, in order and without gap, as they come. */
export async function* followChain(
  from: number,
  { now, wait, read, gone }: FollowDeps,
): AsyncGenerator<FollowEvent, void, undefined> {
  const beganMs = now();
  let after = from;
  let toldMs = beganMs;
  let answeredMs = beganMs;
  while (!gone.aborted) {
    const events = await read(after);
    if (events !== null) answeredMs = now();
    for (const event of events ?? []) {
      after = event.position;
      yield { kind: "entry", event };
    }
    const reason = endOf(now() - beganMs, now() - answeredMs);
    if (reason !== null) {
      yield { kind: "end", reason };
      return;
    }
    if (events !== null && events.length > 0) {
      toldMs = now();
      continue;
    }
    if (now() - toldMs >= STREAM_LIMITS.quietMs) {
      toldMs = now();
      yield { kind: "quiet" };
    }
    await wait(EVERY_MS);
  }
}

function endOf(sinceMs: number, silentMs: number): "unreachable" | "time-limit" | null {
  if (silentMs >= STREAM_LIMITS.unreachableMs) return "unreachable";
  return sinceMs >= STREAM_LIMITS.mostMs ? "time-limit" : null;
}
