import type { EventChunk } from "../../core/events/chunk.ts";
import type { EventQueue } from "../../core/events/event-queue.ts";
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
        for (const batch of batchesOf(chunks)) {
          await queue.sendBatch(batch.map((body) => ({ body, contentType: "json" })));
        }
        return { kind: "accepted" };
      } catch (error) {
        return sendFailure(error);
      }
    },
  };
}

function batchesOf(chunks: readonly EventChunk[]): readonly (readonly EventChunk[])[] {
  const batches: EventChunk[][] = [];
  let open: EventChunk[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    const chunkBytes = utf8Length(JSON.stringify(chunk)) + OVERHEAD_BYTES;
    if (open.length === BATCH_MESSAGES || (open.length > 0 && bytes + chunkBytes > BATCH_BYTES)) {
      batches.push(open);
      open = [];
      bytes = 0;
    }
    open.push(chunk);
    bytes += chunkBytes;
  }
  return open.length === 0 ? batches : [...batches, open];
}
