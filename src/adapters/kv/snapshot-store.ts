import type { EnvironmentId } from "../../core/brand.ts";
import type {
  PublishedSnapshot,
  SnapshotReader,
  SnapshotWriter,
} from "../../core/authority/snapshot-port.ts";
import { canonicalJson } from "../../core/json.ts";

/** KV keeps a read for at least this long at a location; the copy need not be fresher. */
const CACHE_TTL_SECONDS = 30;

interface SnapshotMetadata {
  readonly revision: number;
}

export function createKvSnapshotReader(kv: KVNamespace): SnapshotReader {
  return {
    async read(environmentId): Promise<PublishedSnapshot | null> {
      const { value, metadata } = await kv.getWithMetadata<SnapshotMetadata>(keyOf(environmentId), {
        type: "text",
        cacheTtl: CACHE_TTL_SECONDS,
      });
      if (value === null || typeof metadata?.revision !== "number") return null;
      const snapshot = parsedOrUndefined(value);
      return snapshot === undefined ? null : { revision: metadata.revision, snapshot };
    },
  };
}

export function createKvSnapshotWriter(kv: KVNamespace): SnapshotWriter {
  return {
    async write(snapshot): Promise<void> {
      const metadata: SnapshotMetadata = { revision: snapshot.revision };
      await kv.put(keyOf(snapshot.environmentId), canonicalJson(snapshot), { metadata });
    },
  };
}

function keyOf(environmentId: EnvironmentId): string {
  return `env:${environmentId}:snapshot`;
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
