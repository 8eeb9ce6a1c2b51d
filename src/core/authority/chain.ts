import { sha256Hex } from "../hash/sha256.ts";
import { canonicalJson } from "../json.ts";
import { versionHash, type VersionName } from "./document-version.ts";
import type { DocumentVersionRef, LogEntry } from "./log-entry.ts";

/** What the first entry names as the hash before it. */
export const GENESIS_HASH = "0".repeat(64);

export type LogEntryBody = Omit<LogEntry, "previousHash" | "hash">;

/** Binds an entry to the one before it. `hash` covers every other member. */
export function sealEntry(body: LogEntryBody, previousHash: string): LogEntry {
  const bound = { ...body, previousHash };
  return { ...bound, hash: sha256Hex(canonicalJson(bound)) };
}

/** A stored version as it lies in the store: its text, not yet read. */
export interface StoredText extends VersionName {
  /** The revision that made it. */
  readonly revision: number;
  readonly archived: boolean;
  /** Canonical JSON of the document. */
  readonly body: string;
}

export interface ChainFault {
  readonly revision: number;
  readonly what: string;
}

/**
 * Checks a log from its first entry on, one entry at a time, so that a log of any length needs no
 * more memory than one reference a document. Stops at the first fault.
 */
export class ChainVerifier {
  #revision = 0;
  #atMs = 0;
  #hash = GENESIS_HASH;
  #versions = 0;
  readonly #current = new Map<string, DocumentVersionRef>();

  /** Another one at the same place, for one of several ways in which a log may go on. */
  copy(): ChainVerifier {
    const copy = new ChainVerifier();
    copy.#revision = this.#revision;
    copy.#atMs = this.#atMs;
    copy.#hash = this.#hash;
    copy.#versions = this.#versions;
    for (const [name, ref] of this.#current) copy.#current.set(name, ref);
    return copy;
  }

  /** The last entry that was found good. */
  get head(): { readonly revision: number; readonly atMs: number; readonly hash: string } {
    return { revision: this.#revision, atMs: this.#atMs, hash: this.#hash };
  }

  /** How many document versions the entries so far have made. */
  get versions(): number {
    return this.#versions;
  }

  /** The version of a document after the last entry; `undefined`: never made. */
  current(kind: string, key: string): DocumentVersionRef | undefined {
    return this.#current.get(`${kind} ${key}`);
  }

  /** How many documents the entries so far have touched. */
  get documents(): number {
    return this.#current.size;
  }

  /**
   * Takes the next entry and the stored versions it made, in the order of its changes; `null`: it
   * is missing. What is withheld from the reader cannot be checked, and is no fault.
   */
  add(entry: LogEntry, made: readonly (StoredText | "withheld" | null)[]): ChainFault | null {
    const what = this.#linkFault(entry) ?? this.#changesFault(entry, made);
    if (what !== null) return { revision: Math.min(entry.revision, this.#revision + 1), what };
    this.#revision = entry.revision;
    this.#atMs = entry.atMs;
    this.#hash = entry.hash;
    this.#versions += entry.changes.length;
    return null;
  }

  #linkFault(entry: LogEntry): string | null {
    const expected = this.#revision + 1;
    if (entry.revision !== expected) {
      return `entry ${expected} is missing: entry ${entry.revision} follows entry ${this.#revision}`;
    }
    if (entry.previousHash !== this.#hash) {
      return "its previous hash is not the hash of the entry before it";
    }
    const { previousHash, hash, ...body } = entry;
    if (sealEntry(body, previousHash).hash !== hash) {
      return "its contents do not give its hash";
    }
    if (entry.atMs < this.#atMs) return "it is older than the entry before it";
    return null;
  }

  #changesFault(entry: LogEntry, made: readonly (StoredText | "withheld" | null)[]): string | null {
    for (const [index, change] of entry.changes.entries()) {
      const name = `${change.kind} ${change.key}`;
      if (refText(change.before) !== refText(this.#current.get(name) ?? null)) {
        return `${name} was not at the version that the entry starts from`;
      }
      const what = storedFault(entry.revision, change.after, made[index] ?? null);
      if (what !== null) return `version ${change.after.version} of ${name} ${what}`;
      this.#current.set(name, change.after);
    }
    return null;
  }
}

function storedFault(
  revision: number,
  ref: DocumentVersionRef,
  stored: StoredText | "withheld" | null,
): string | null {
  if (stored === "withheld") return null;
  if (stored === null) return "is missing";
  if (stored.revision !== revision) return `is filed under revision ${stored.revision}`;
  if (versionHash(stored, stored.archived, stored.body) !== ref.hash) {
    return "is not the text that was accepted";
  }
  return null;
}

function refText(ref: DocumentVersionRef | null): string {
  return ref === null ? "none" : `${ref.version} ${ref.hash}`;
}
