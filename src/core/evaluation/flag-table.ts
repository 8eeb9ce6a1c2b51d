import type { CompiledFlag } from "./compiled-flag.ts";

/** New states by key; `null`: the flag is gone. */
export type FlagChanges = ReadonlyMap<string, CompiledFlag | null>;

/** From so many on, changes are written into a table of their own. */
const MOST_CHANGES = 256;

/**
 * The flags of one ruleset by key. Making the next one costs what has changed and not what there
 * is: it keeps the changes apart from a map that many rulesets share, until they are too many.
 */
export class FlagTable {
  readonly size: number;
  #shared: ReadonlyMap<string, CompiledFlag>;
  #changes: FlagChanges;

  private constructor(
    shared: ReadonlyMap<string, CompiledFlag>,
    changes: FlagChanges,
    size: number,
  ) {
    this.size = size;
    this.#shared = shared;
    this.#changes = changes;
  }

  static readonly empty: FlagTable = new FlagTable(new Map(), new Map(), 0);

  /** The table after the changes; this one stays as it is. */
  with(changes: FlagChanges): FlagTable {
    let size = this.size;
    for (const [key, flag] of changes) size += Number(flag !== null) - Number(this.has(key));
    if (this.#changes.size + changes.size > MOST_CHANGES) {
      return new FlagTable(merged(this.#merge(), changes), new Map(), size);
    }
    return new FlagTable(this.#shared, new Map([...this.#changes, ...changes]), size);
  }

  get(key: string): CompiledFlag | undefined {
    if (this.#changes.size > 0) {
      const changed = this.#changes.get(key);
      if (changed !== undefined) return changed ?? undefined;
    }
    return this.#shared.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  keys(): MapIterator<string> {
    return this.#merge().keys();
  }

  values(): MapIterator<CompiledFlag> {
    return this.#merge().values();
  }

  /** Whoever walks over all flags pays for merging, once. */
  #merge(): ReadonlyMap<string, CompiledFlag> {
    if (this.#changes.size > 0) {
      this.#shared = merged(this.#shared, this.#changes);
      this.#changes = new Map();
    }
    return this.#shared;
  }
}

function merged(
  shared: ReadonlyMap<string, CompiledFlag>,
  changes: FlagChanges,
): ReadonlyMap<string, CompiledFlag> {
  const next = new Map(shared);
  for (const [key, flag] of changes) {
    if (flag === null) next.delete(key);
    else next.set(key, flag);
  }
  return next;
}
