import { crc32 } from "../hash/crc32.ts";
import { sha256Hex } from "../hash/sha256.ts";

const COUNT = 256;

interface Bucket {
  /** Lowercase hexadecimal, by the name of what is hashed. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The SHA-256 of the sorted hashes; "" of an empty bucket. */
  readonly digest: string;
}

const EMPTY_BUCKET: Bucket = { hashes: new Map(), digest: "" };

/**
 * One digest over named hashes, whatever their order, which costs one bucket and a short text when
 * one of them changes. Never changes itself: `after` makes another one, which shares the rest.
 */
export class HashBuckets {
  static readonly empty = new HashBuckets(Array.from({ length: COUNT }, () => EMPTY_BUCKET));

  readonly #buckets: readonly Bucket[];
  #root: string | null = null;

  private constructor(buckets: readonly Bucket[]) {
    this.#buckets = buckets;
  }

  /** The SHA-256 over all buckets, as 64 lower-case hexadecimal digits. */
  get root(): string {
    this.#root ??= sha256Hex(this.#buckets.map(({ digest }) => digest).join(","));
    return this.#root;
  }

  /** With new hashes by name; `null`: there is none any more. */
  after(changes: ReadonlyMap<string, string | null>): HashBuckets {
    if (changes.size === 0) return this;
    const touched = new Map<number, Map<string, string>>();
    for (const [name, hash] of changes) {
      const index = crc32(name) % COUNT;
      let hashes = touched.get(index);
      if (hashes === undefined) {
        hashes = new Map(this.#buckets[index]?.hashes);
        touched.set(index, hashes);
      }
      if (hash === null) hashes.delete(name);
      else hashes.set(name, hash);
    }
    const buckets = [...this.#buckets];
    for (const [index, hashes] of touched) buckets[index] = bucketOf(hashes);
    return new HashBuckets(buckets);
  }
}

function bucketOf(hashes: ReadonlyMap<string, string>): Bucket {
  if (hashes.size === 0) return EMPTY_BUCKET;
  // Hashes are of one length, so that their sorted text stands for one set alone.
  return { hashes, digest: sha256Hex([...hashes.values()].toSorted().join("")) };
}
