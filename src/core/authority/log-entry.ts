import type { DocumentKind } from "../documents/snapshot.ts";
import type { Actor } from "./actor.ts";

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
  readonly target: { readonly kind: DocumentKind | "environment"; readonly key: string };
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly changes: readonly LoggedChange[];
  readonly previousHash: string;
  readonly hash: string;
}

/** One document's step from one version to the next, bound to its text by a hash. */
export interface LoggedChange {
  readonly kind: DocumentKind;
  readonly key: string;
  /** `null`: the document did not exist. */
  readonly before: DocumentVersionRef | null;
  readonly after: DocumentVersionRef;
}

export interface DocumentVersionRef {
  readonly version: number;
  /** SHA-256 of the canonical JSON of the stored version, lower-case hexadecimal. */
  readonly hash: string;
}

/** A log entry with the documents it refers to, as the API shows it. */
export interface LogEntryView extends Omit<LogEntry, "changes"> {
  readonly changes: readonly (LoggedChange & {
    readonly beforeDocument: unknown;
    readonly afterDocument: unknown;
  })[];
}
