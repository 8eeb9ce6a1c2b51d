import type { RawEventObject, RawEventObjects } from "../../app/privacy/privacy-store.ts";
import { isRecord } from "../../core/json.ts";
import { gzipped, gunzipped } from "./gzip.ts";
import { hourPrefix } from "./raw-chunk-store.ts";

/** R2 keeps 2 KB of metadata with an object; of all passes over it the last are remembered. */
const MARKS_KEPT = 12;
const HOUR = /^raw\/[a-z0-9]+\/(\d{4}-\d{2}-\d{2})\/(\d{2})\//;

/** Raw events in R2, for those who must find and take out a unit's, or what is kept too long. */
export function createR2RawEventObjects(bucket: R2Bucket): RawEventObjects {
  return {
    async list(environmentId, after, limit) {
      const { objects } = await bucket.list({
        prefix: `raw/${environmentId}/`,
        limit,
        ...(after !== null && after !== "" && { startAfter: after }),
      });
      return objects.map(({ key }) => key);
    },

    keyBefore: (environmentId, hourMs) => hourPrefix(environmentId, Math.max(0, hourMs)),

    hourOf(key) {
      const [, day = "", hour = ""] = HOUR.exec(key) ?? [];
      return Date.parse(`${day}T${hour}:00:00Z`);
    },

    async read(key) {
      const object = await bucket.get(key);
      if (object === null) return undefined;
      const { etag, customMetadata: metadata = {} } = object;
      const text = await gunzipped(object.body);
      const lines = text.split("\n").filter((line) => line !== "");
      return { key, etag, lines, metadata, erased: marksIn(metadata) };
    },

    async rewrite({ key, etag, metadata, erased }, lines, { mark, lines: count }) {
      const others = Object.entries(erased).filter(([name]) => name !== mark);
      const marks = Object.fromEntries([...others, [mark, count]].slice(-MARKS_KEPT));
      const text = lines.map((line) => `${line}\n`).join("");
      const written = await bucket.put(key, await gzipped(text), {
        onlyIf: { etagMatches: etag },
        httpMetadata: { contentType: "application/gzip" },
        customMetadata: {
          ...metadata,
          events: String(lines.length),
          erased: JSON.stringify(marks),
        },
      });
      return written !== null;
    },

    remove: (keys) => bucket.delete([...keys]),
  };
}

function marksIn(metadata: RawEventObject["metadata"]): Record<string, number> {
  const marks: unknown = JSON.parse(metadata["erased"] ?? "{}");
  if (!isRecord(marks)) return {};
  return Object.fromEntries(Object.entries(marks).map(([name, count]) => [name, Number(count)]));
}
