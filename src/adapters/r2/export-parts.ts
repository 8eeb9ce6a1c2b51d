import type { PrivacyRequest } from "../../app/privacy/privacy-request.ts";
import type { ExportParts } from "../../app/privacy/privacy-store.ts";
import { gzipped, gunzipped } from "./gzip.ts";

const DELETED_AT_ONCE = 500;

/** The parts of exports in R2, under `privacy/<organisation>/<request>/<step>.json.gz`. */
export function createR2ExportParts(bucket: R2Bucket): ExportParts {
  return {
    async put(request, part, items) {
      await bucket.put(keyOf(request, part), await gzipped(JSON.stringify(items)), {
        httpMetadata: { contentType: "application/gzip" },
      });
    },

    async next(request, after) {
      const { objects } = await bucket.list({
        prefix: prefixOf(request),
        startAfter: keyOf(request, after),
        limit: 1,
      });
      const [first] = objects;
      const object = first === undefined ? null : await bucket.get(first.key);
      if (object === null) return null;
      const part = Number(/(\d+)\.json\.gz$/.exec(object.key)?.[1]);
      return { part, items: JSON.parse(await gunzipped(object.body)) };
    },

    async removeAll(request) {
      const { objects, truncated } = await bucket.list({
        prefix: prefixOf(request),
        limit: DELETED_AT_ONCE,
      });
      if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key));
      return !truncated;
    },
  };
}

const prefixOf = ({ organisationId, id }: PrivacyRequest): string =>
  `privacy/${organisationId}/${id}/`;

/** Of one length, so that their order is that of the steps. */
const keyOf = (request: PrivacyRequest, part: number): string =>
  `${prefixOf(request)}${String(part).padStart(9, "0")}.json.gz`;
