import type { DeadLetterBodies } from "../../app/events/dead-letter-store.ts";

const keyOf = (id: string) => `dead/${id}.json`;

/** What is set aside, in R2 under `dead/<id>.json`. */
export function createR2DeadLetterBodies(bucket: R2Bucket): DeadLetterBodies & {
  /** Writes over what is there. */
  replace(id: string, body: string): Promise<void>;
} {
  return {
    async put(id, body) {
      await bucket.put(keyOf(id), body, {
        onlyIf: { etagDoesNotMatch: "*" },
        httpMetadata: { contentType: "application/json" },
      });
    },
    async get(id) {
      const object = await bucket.get(keyOf(id));
      return object === null ? null : await object.text();
    },
    async replace(id, body) {
      await bucket.put(keyOf(id), body, { httpMetadata: { contentType: "application/json" } });
    },
    remove: (id) => bucket.delete(keyOf(id)),
  };
}
