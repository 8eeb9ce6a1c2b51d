import type { Observation } from "./messages.ts";

/** Older revisions are no longer watched. */
const WATCHED = 8;

/**
 * What readers' questions tell of the revisions that they evaluate with: a reader asks for what has
 * changed since the one it holds, and has answered with that one until then.
 */
export class Observations {
  #watched: Observation[] = [];

  /** To be called when a revision arrives. */
  watch(revision: number): void {
    this.#watched = [
      ...this.#watched.slice(1 - WATCHED),
      { revision, firstAtMs: null, lastOlderAtMs: null },
    ];
  }

  /** A reader that holds `revision` has asked. */
  asked(revision: number, nowMs: number): void {
    this.#watched = this.#watched.map((seen) =>
      revision < seen.revision
        ? { ...seen, lastOlderAtMs: nowMs }
        : { ...seen, firstAtMs: seen.firstAtMs ?? nowMs },
    );
  }

  /** The newest revision that a reader has evaluated with; `null`: none of those watched. */
  newest(): number | null {
    return this.#watched.findLast(({ firstAtMs }) => firstAtMs !== null)?.revision ?? null;
  }

  /** Oldest revision first. */
  all(): readonly Observation[] {
    return this.#watched;
  }
}
