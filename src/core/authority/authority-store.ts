import type { LogFilter } from "./authority-api.ts";
import type { DocumentVersion, VersionName } from "./document-version.ts";
import type { KeptKind } from "./kept-kind.ts";
import type { StoredText } from "./chain.ts";
import type { EnvironmentSettings, LogEntry } from "./log-entry.ts";
import type { OutboxRow } from "./outbox.ts";

/**
 * What the authority needs of a synchronous SQLite. Nothing in here may await, which is what makes
 * a command one step that no other can come between.
 */
export interface AuthorityStore {
  /** `null` before `create`; nothing else may be called until then, and nothing is written. */
  root(): StoreRoot | null;
  /** Makes the tables and their first row. */
  create(settings: EnvironmentSettings): void;

  /** The newest version of every document, archived ones included. */
  currentVersions(): Iterable<DocumentVersion>;
  /** The same as it was at a revision. */
  versionsAt(revision: number): Iterable<DocumentVersion>;
  /** One document's newest version made at or before a revision. */
  versionAt(kind: KeptKind, key: string, revision: number): DocumentVersion | null;
  version(name: VersionName): DocumentVersion | null;

  /** When a revision was accepted; `null`: there is none. */
  acceptedAtMs(revision: number): number | null;
  /** The newest revision accepted at or before an instant; 0: none. */
  revisionAt(atMs: number): number;

  /** Newest first, each read when it is asked for, because an entry can hold 10,000 changes. */
  entriesBefore(range: LogRange): Iterable<LogEntry>;
  /** Entries after a revision, oldest first, read in the same way. */
  entriesAfter(revision: number, limit: number): Iterable<LogEntry>;
  storedText(name: VersionName): StoredText | null;
  /** What the tables hold besides the log, for comparison with what the log says they must. */
  audit(): StoreAudit;

  /** `body`: the document's canonical JSON. The version becomes the current one. */
  addVersion(version: DocumentVersion, body: string): void;
  /** Also moves the root to the entry. */
  addEntry(entry: LogEntry): void;

  command(commandId: string): CommandRecord | null;
  addCommand(record: CommandRecord): void;
  /** Forgets commands accepted before an instant. */
  pruneCommands(beforeMs: number): void;

  outbox(): readonly OutboxRow[];
  putOutbox(row: OutboxRow): void;

  /** Runs `work` atomically. The type rejects an async `work`: nothing may await in here. */
  transaction<T>(work: () => T extends PromiseLike<unknown> ? never : T): T;
}

/** The environment and the entry its log ends with. */
export interface StoreRoot {
  readonly settings: EnvironmentSettings;
  readonly head: LogHead;
}

export interface LogHead {
  readonly revision: number;
  readonly atMs: number;
  readonly hash: string;
}

export interface LogRange {
  /** Entries with a smaller revision; `null`: from the newest on. */
  readonly before: number | null;
  readonly limit: number;
  readonly document: { readonly kind: KeptKind; readonly key: string } | null;
  readonly filter: LogFilter;
}

export interface StoreAudit {
  /** Rows of document versions. */
  readonly versions: number;
  /** Rows of changes. */
  readonly changes: number;
  /** The version that each document is served in. */
  readonly current: Iterable<VersionName>;
}

/** The answer an accepted command got, without the document, which its version still holds. */
export interface CommandRecord {
  readonly commandId: string;
  /** SHA-256 of the command's canonical JSON. */
  readonly fingerprint: string;
  /** When it was answered; milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly revision: number;
  readonly acceptedAtMs: number;
  readonly changedDocuments: number;
  readonly target: VersionName | null;
}
