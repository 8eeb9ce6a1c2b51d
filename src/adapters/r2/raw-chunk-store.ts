import type { RawChunkStore } from "../../app/events/raw-chunk-store.ts";
import type { EventChunk } from "../../core/events/chunk.ts";
import { gzipped } from "./gzip.ts";

/**
 * Raw events in R2: `raw/<environment>/<date>/<hour>/<chunk>.ndjson.gz`, date and hour in UTC and
 * by receipt, one event a line.
 */
export function createR2RawChunkStore(bucket: R2Bucket): RawChunkStore {
  return {
    async keep(chunk) {
      // Answers null when the object is there: then it is this chunk, by its name.
      await bucket.put(rawKeyOf(chunk), await gzipped(linesOf(chunk)), {
        onlyIf: { etagDoesNotMatch: "*" },
        httpMetadata: { contentType: "application/gzip" },
        customMetadata: {
          format: chunk.format,
          environmentId: chunk.environmentId,
          receivedAtMs: String(chunk.receivedAtMs),
          events: String(chunk.events.length),
        },
      });
    },
  };
}

function rawKeyOf({ environmentId, id, receivedAtMs }: EventChunk): string {
  const received = new Date(receivedAtMs).toISOString();
  return `raw/${environmentId}/${received.slice(0, 10)}/${received.slice(11, 13)}/${id}.ndjson.gz`;
}

const linesOf = ({ events }: EventChunk): string =>
  `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;
