import type { EventChunk } from "../../core/events/chunk.ts";
import type { EventQueue } from "../../core/events/event-queue.ts";
import { inGroups } from "../../core/events/in-groups.ts";
import { utf8Length } from "../../core/hash/utf8.ts";
import { sendFailure } from "./send-failure.ts";

/** Of one `sendBatch`: 256 KB and 100 messages, of which about 100 bytes each are not ours. */
const BATCH_BYTES = 250_000;
const BATCH_MESSAGES = 100;
const OVERHEAD_BYTES = 100;

/** A queue of Cloudflare Queues. */
export function createCloudflareEventQueue(queue: Pick<Queue, "sendBatch">): EventQueue {
  return {
    async send(chunks) {
      try {
        // One after the other: when one is refused, those after it would be as well.
        for (const batch of inGroups(chunks, bytesOf, BATCH_BYTES, BATCH_MESSAGES)) {
          await queue.sendBatch(batch.map((body) => ({ body, contentType: "json" })));
        }
        return { kind: "accepted" };
      } catch (error) {
        return sendFailure(error);
      }
    },
  };
}

function bytesOf(chunk: EventChunk): number {
  return utf8Length(JSON.stringify(chunk)) + OVERHEAD_BYTES;
}
