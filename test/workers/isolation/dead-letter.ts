import { createD1DeadLetterStore } from "../../../src/adapters/d1/dead-letter-store.ts";
import { createR2DeadLetterBodies } from "../../../src/adapters/r2/dead-letter-bodies.ts";
import { chunkOf, usage } from "../../unit/core/events/chunks.ts";

export interface EventStores {
  readonly DB: D1Database;
  readonly RAW_EVENTS: R2Bucket;
}

/** Sets a chunk of this environment aside, as the consumer does; answers with the letter's id. */
export async function aDeadLetter(
  { DB, RAW_EVENTS }: EventStores,
  environment: string,
  reason: string,
): Promise<string> {
  const now = Date.now();
  const chunk = chunkOf([usage({ atMs: now })], { environment, receivedAtMs: now });
  const body = JSON.stringify(chunk);
  const id = crypto.randomUUID().replaceAll("-", "");
  await createR2DeadLetterBodies(RAW_EVENTS).put(id, body);
  await createD1DeadLetterStore(DB).add({
    id,
    environmentId: environment,
    chunkId: chunk.id,
    queue: "events",
    setAsideAtMs: now,
    attempts: 6,
    reason,
    bytes: body.length,
  });
  return id;
}
