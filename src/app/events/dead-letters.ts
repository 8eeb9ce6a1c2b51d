import type { EventChunk } from "../../core/events/chunk.ts";
import type { EventQueue } from "../../core/events/event-queue.ts";
import { readChunk } from "../../core/events/read-chunk.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { DeadLetter, DeadLetterBodies, DeadLetterStore } from "./dead-letter-store.ts";
import { CHUNK_MEMORY_MS } from "./roll-up-store.ts";

export type DeadLetterProblem =
  | { readonly kind: "dead-letter-not-found"; readonly id: string }
  /** `why` goes on from "the dead letter". */
  | { readonly kind: "dead-letter-unusable"; readonly id: string; readonly why: string }
  | { readonly kind: "queue-busy"; readonly retryAfterSeconds: number };

export interface DeadLetterDeps {
  readonly deadLetters: DeadLetterStore;
  readonly deadLetterBodies: DeadLetterBodies;
}

export interface RedeliverDeps extends DeadLetterDeps {
  readonly eventQueue: EventQueue;
  readonly now: () => number;
}

const UNAVAILABLE_RETRY_SECONDS = 5;

/**
 * Puts a dead letter back into the queue. Taken off the list only once the queue has it: when that
 * is interrupted it is sent twice, and counts once.
 */
export async function redeliverDeadLetter(
  id: string,
  deps: RedeliverDeps,
): Promise<Result<EventChunk, DeadLetterProblem>> {
  const letter = await deps.deadLetters.find(id);
  if (letter === undefined) return err({ kind: "dead-letter-not-found", id });
  const chunk = usable(await deps.deadLetterBodies.get(id), deps.now());
  if (!chunk.ok) return err({ kind: "dead-letter-unusable", id, why: chunk.error });
  const sent = await deps.eventQueue.send([chunk.value]);
  if (sent.kind !== "accepted") {
    const { retryAfterSeconds } =
      sent.kind === "busy" ? sent : { retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS };
    return err({ kind: "queue-busy", retryAfterSeconds });
  }
  await remove(letter, deps);
  return ok(chunk.value);
}

export async function dropDeadLetter(
  id: string,
  deps: DeadLetterDeps,
): Promise<Result<DeadLetter, DeadLetterProblem>> {
  const letter = await deps.deadLetters.find(id);
  if (letter === undefined) return err({ kind: "dead-letter-not-found", id });
  await remove(letter, deps);
  return ok(letter);
}

/** The list last: while a letter is on it, the request that removes it can be repeated. */
async function remove({ id }: DeadLetter, deps: DeadLetterDeps): Promise<void> {
  await deps.deadLetterBodies.remove(id);
  await deps.deadLetters.remove(id);
}

function usable(body: string | null, nowMs: number): Result<EventChunk, string> {
  if (body === null) return err("has lost its body");
  const chunk = readChunk(JSON.parse(body));
  if (!chunk.ok) return err(`cannot be read: ${chunk.error}`);
  if (chunk.value.receivedAtMs >= nowMs - CHUNK_MEMORY_MS) return chunk;
  return err("was received too long ago: whether it was counted before is not known any more");
}
