import type { EventChunk } from "../../src/core/events/chunk.ts";
import type { EventQueue, SendResult } from "../../src/core/events/event-queue.ts";
import type { EdgeHealth } from "./edge-health.ts";
import type { Log } from "./log.ts";
import type { Clock } from "./ports.ts";
import { within } from "./within.ts";

export interface ChunkSenderDeps {
  readonly clock: Clock;
  readonly health: EdgeHealth;
  readonly log: Log;
}

/** A queue that has not answered by then counts as out of reach, whatever becomes of the call. */
export const SEND_DEADLINE_MS = 10_000;

interface Outcome {
  result: SendResult;
  error: string;
}

/** Sends chunks to the queue and notes how that went. Never rejects, and always ends. */
export class ChunkSender {
  readonly #deps: ChunkSenderDeps;

  constructor(deps: ChunkSenderDeps) {
    this.#deps = deps;
  }

  async send(queue: EventQueue, chunks: readonly EventChunk[]): Promise<SendResult> {
    if (chunks.length === 0) return { kind: "accepted" };
    const { clock, health, log } = this.#deps;
    const outcome: Outcome = { result: { kind: "unavailable" }, error: "no answer in time" };
    const sending = queue.send(chunks).then(
      (result) => {
        outcome.result = result;
        outcome.error = result.kind;
      },
      (failure: unknown) => {
        outcome.error = String(failure);
      },
    );
    await within(sending, SEND_DEADLINE_MS, clock.startTimer);
    // What comes after the deadline changes nothing any more.
    const { result, error } = outcome;
    const isTaken = result.kind === "accepted";
    health.queueAnswered(isTaken, clock.now());
    if (!isTaken) log("warn", "queue.refused", { chunks: chunks.length, error });
    return result;
  }
}
