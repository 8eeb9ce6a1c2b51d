import {
  type DeliveredMessage,
  type DeliveryOutcome,
  type FailedMessage,
  retryLater,
} from "../../core/events/delivery.ts";
import { readChunk } from "../../core/events/read-chunk.ts";
import { sha256Hex } from "../../core/hash/sha256.ts";
import { utf8Length } from "../../core/hash/utf8.ts";
import { isRecord } from "../../core/json.ts";
import { type EventPrivacyDeps, privateChunks } from "./private-chunks.ts";
import type { DeadLetter, DeadLetterBodies, DeadLetterStore } from "./dead-letter-store.ts";

export interface SetAsideDeps extends EventPrivacyDeps {
  readonly deadLetters: DeadLetterStore;
  readonly deadLetterBodies: DeadLetterBodies;
  readonly now: () => number;
}

/**
 * Makes dead letters of messages that were tried often enough. One that cannot be set aside now
 * stays with the queue: a message is given up only when it is safe somewhere.
 */
export function setAsideFailed(
  queue: string,
  messages: readonly FailedMessage[],
  deps: SetAsideDeps,
): Promise<DeliveryOutcome[]> {
  return Promise.all(
    messages.map((message) => {
      const last = message.error === null ? "" : `; the last: ${message.error}`;
      const reason = `It could not be stored in ${message.attempts} deliveries${last}`;
      return setAside({ queue, message, reason }, deps);
    }),
  );
}

export interface Refused {
  readonly queue: string;
  readonly message: DeliveredMessage;
  /** Why, as a sentence. */
  readonly reason: string;
}

export async function setAside(refused: Refused, deps: SetAsideDeps): Promise<DeliveryOutcome> {
  const { deadLetters, deadLetterBodies, now } = deps;
  try {
    const body = JSON.stringify(await keepable(refused.message.body, deps)) ?? "null";
    const letter = letterOf(refused, body, now());
    // The body first: a listed letter can always be read.
    await deadLetterBodies.put(letter.id, body);
    await deadLetters.add(letter);
    return { kind: "done" };
  } catch (error) {
    return retryLater(error);
  }
}

/** A chunk without what is private in it. What cannot be read is kept as it came. */
async function keepable(body: unknown, deps: EventPrivacyDeps): Promise<unknown> {
  const chunk = readChunk(body);
  if (!chunk.ok || !isRecord(body)) return body;
  const [kept] = await privateChunks([chunk.value], deps);
  return { ...body, events: kept?.events };
}

function letterOf({ queue, message, reason }: Refused, body: string, nowMs: number): DeadLetter {
  const chunk = readChunk(message.body);
  return {
    id: sha256Hex(`${queue}\n${message.id}`).slice(0, 32),
    environmentId: chunk.ok ? chunk.value.environmentId : claimedEnvironment(message.body),
    chunkId: chunk.ok ? chunk.value.id : null,
    queue,
    setAsideAtMs: nowMs,
    attempts: message.attempts,
    reason,
    bytes: utf8Length(body),
  };
}

function claimedEnvironment(body: unknown): string | null {
  const claimed = isRecord(body) ? body["environmentId"] : null;
  return typeof claimed === "string" && /^[a-z0-9]{8,32}$/.test(claimed) ? claimed : null;
}
