import type { DocumentKind, Versioned } from "../documents/snapshot.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { canonicalJson } from "../json.ts";
import { HashBuckets } from "./hash-buckets.ts";

/** A document's new state, or that there is none any more; nothing of it need have been checked. */
export interface DocumentChange {
  readonly kind: DocumentKind;
  readonly key: string;
  readonly state: Versioned<unknown> | null;
}

/**
 * What an authority signs of an environment's documents. Whoever holds the same documents has the
 * same digest, by whichever steps it came to them. Never changes: `after` makes another one.
 */
export class StateDigest {
  static readonly empty = new StateDigest(HashBuckets.empty, HashBuckets.empty);

  readonly #documents: HashBuckets;
  readonly #keys: HashBuckets;

  private constructor(documents: HashBuckets, keys: HashBuckets) {
    this.#documents = documents;
    this.#keys = keys;
  }

  /** Over all documents but SDK keys: 64 lower-case hexadecimal digits. */
  get documentsRoot(): string {
    return this.#documents.root;
  }

  /** Over the SDK keys, by themselves because clients are not told them. */
  get keysRoot(): string {
    return this.#keys.root;
  }

  /** Costs what has changed. Throws a `TypeError` for what JSON cannot hold, such as a bigint. */
  after(changes: Iterable<DocumentChange>): StateDigest {
    const documents = new Map<string, string | null>();
    const keys = new Map<string, string | null>();
    for (const change of changes) {
      const hashes = change.kind === "key" ? keys : documents;
      hashes.set(`${change.kind}/${change.key}`, documentHash(change));
    }
    return new StateDigest(this.#documents.after(documents), this.#keys.after(keys));
  }
}

function documentHash({ kind, key, state }: DocumentChange): string | null {
  if (state === null) return null;
  const { version, document } = state;
  return sha256Hex(canonicalJson({ document, key, kind, version }));
}
