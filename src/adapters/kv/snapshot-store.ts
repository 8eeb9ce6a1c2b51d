import type { EnvironmentId } from "../../core/brand.ts";
import type {
  PublishedSnapshot,
  SnapshotReader,
  SnapshotWriter,
} from "../../core/authority/snapshot-port.ts";
import { canonicalJson, isRecord } from "../../core/json.ts";

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
      return publishedIn(value, metadata.revision);
    },
  };
}

export function createKvSnapshotWriter(kv: KVNamespace): SnapshotWriter {
  return {
    async write(snapshot, seal): Promise<void> {
      const metadata: SnapshotMetadata = { revision: snapshot.revision };
      await kv.put(keyOf(snapshot.environmentId), canonicalJson({ snapshot, seal }), { metadata });
    },
  };
}

function keyOf(environmentId: EnvironmentId): string {
  return `env:${environmentId}:snapshot`;
}

/** The text of a boot copy; `null`: it is none. */
export function publishedIn(text: string, revision: number): PublishedSnapshot | null {
  const copy = parsedOrUndefined(text);
  if (!isRecord(copy) || !("snapshot" in copy)) return null;
  return { revision, snapshot: copy["snapshot"], seal: copy["seal"] };
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
