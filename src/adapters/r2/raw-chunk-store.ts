import type { RawChunkStore } from "../../app/events/raw-chunk-store.ts";
import type { EnvironmentId } from "../../core/brand.ts";
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

const rawKeyOf = ({ environmentId, id, receivedAtMs }: EventChunk): string =>
  `${hourPrefix(environmentId, receivedAtMs)}${id}.ndjson.gz`;

/** What the keys of all chunks begin with that an environment's events of this hour are in. */
export function hourPrefix(environmentId: EnvironmentId, atMs: number): string {
  const hour = new Date(atMs).toISOString();
  return `raw/${environmentId}/${hour.slice(0, 10)}/${hour.slice(11, 13)}/`;
}

const linesOf = ({ events }: EventChunk): string =>
  `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;
