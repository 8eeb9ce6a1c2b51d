import type { EnvironmentId } from "../brand.ts";
import type { Actor } from "./actor.ts";
import type { KeptKind } from "./kept-kind.ts";

/**
 * One accepted change. `hash` is the SHA-256 of the canonical JSON of all other members, and
 * `previousHash` the `hash` of the entry before it, so that any later edit shows.
 */
export interface LogEntry {
  readonly revision: number;
  /** When it was accepted; milliseconds since the Unix epoch, never before the entry before it. */
  readonly atMs: number;
  readonly actor: Actor;
  /** The command's kind: `flag.patch`. */
  readonly action: string;
  /** What was asked for, in the words of the log: `flag checkout-redesign`. */
  readonly target: { readonly kind: KeptKind | "environment"; readonly key: string };
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly changes: readonly LoggedChange[];
  /** What the environment was made with: in the first entry, and there alone. */
  readonly environment?: EnvironmentSettings;
  readonly previousHash: string;
  readonly hash: string;
}

/** What is said once, when an environment is made, and holds for its life. */
export interface EnvironmentSettings {
  readonly environmentId: EnvironmentId;
  readonly projectId: string;
  /** First part of what rollouts hash with. */
  readonly salt: string;
}

/** One document's step from one version to the next, bound to its text by a hash. */
export interface LoggedChange {
  readonly kind: KeptKind;
  readonly key: string;
  /** `null`: the document did not exist. */
  readonly before: DocumentVersionRef | null;
  readonly after: DocumentVersionRef;
}

export interface DocumentVersionRef {
  readonly version: number;
  /**
   * SHA-256 of the canonical JSON of `{ kind, key, version, archived, document }`, lower-case
   * hexadecimal; `archived` says whether that version is archived, deleted or revoked.
   */
  readonly hash: string;
}

/**
 * A log entry with the documents it refers to, as the API shows it. `null`: there was no document.
 * The document of an SDK key is shown without its `hash`, which the version's hash covers.
 * Both members are absent when the entry's documents together are too large for one answer; they
 * are read one by one then, by key and revision.
 */
export interface LogEntryView extends Omit<LogEntry, "changes"> {
  readonly changes: readonly (LoggedChange & {
    readonly beforeDocument?: unknown;
    readonly afterDocument?: unknown;
  })[];
}

/** A log entry with the documents that it made, in the order of its changes. */
export interface ExportedLogEntry {
  readonly entry: LogEntry;
  readonly made: readonly MadeDocument[];
}

/**
 * A document's version; withheld where it would tell by what an SDK key is recognised, and where an
 * export masks personal data.
 */
export type MadeDocument =
  | {
      readonly archived: boolean;
      /** Canonical JSON. */
      readonly body: string;
    }
  | {
      readonly withheld: true;
      /** JSON of the document as it is without personal data; no hash covers it. */
      readonly masked?: string;
    };
