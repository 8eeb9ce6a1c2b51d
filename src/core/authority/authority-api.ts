import type { FlagDocument } from "../documents/flag.ts";
import type { SegmentDocument } from "../documents/segment.ts";
import type { DeliverySettings } from "../documents/settings.ts";
import type { Delta, Snapshot } from "../documents/snapshot.ts";
import type { Propagation } from "../propagation/receipts.ts";
import type { Result } from "../result.ts";
import type { Seal, SigningKey } from "../signing/seal.ts";
import type { BreakGlassKey } from "./break-glass-key.ts";
import type { CommandEnvelope, IssuedKey } from "./command.ts";
import type { KeptKind } from "./kept-kind.ts";
import type { ExportedLogEntry, LogEntryView } from "./log-entry.ts";
import type { AuthorityProblem } from "./problem.ts";

/**
 * What the Environment Durable Object answers over RPC. Methods return results and never throw
 * for expected failures: a rejected call means that the platform failed.
 */
export interface AuthorityApi {
  apply(envelope: CommandEnvelope): Promise<Result<Applied, AuthorityProblem>>;

  /** The newest state, at most what `since` lacks. `null`: send everything. */
  changesSince(since: number | null): Promise<ChangesSince>;
  /** The whole ruleset at a revision, or at an instant (the newest revision accepted by then). */
  snapshotAt(at: PointInTime): Promise<Result<Snapshot, AuthorityProblem>>;

  flag(
    key: string,
    atRevision: number | null,
  ): Promise<Result<Stored<FlagDocument>, AuthorityProblem>>;
  flags(
    page: PageRequest & { readonly archived: boolean },
  ): Promise<Result<Page<Stored<FlagDocument>>, AuthorityProblem>>;
  segment(
    key: string,
    atRevision: number | null,
  ): Promise<Result<Stored<SegmentDocument>, AuthorityProblem>>;
  segments(page: PageRequest): Promise<Result<Page<Stored<SegmentDocument>>, AuthorityProblem>>;
  /** One SDK key by its id, revoked ones included. */
  key(id: string): Promise<Result<ListedKey, AuthorityProblem>>;
  keys(page: PageRequest): Promise<Result<Page<ListedKey>, AuthorityProblem>>;
  /** One break-glass key by its id, revoked ones included. */
  breakGlassKey(id: string): Promise<Result<ListedBreakGlassKey, AuthorityProblem>>;
  breakGlassKeys(page: PageRequest): Promise<Result<Page<ListedBreakGlassKey>, AuthorityProblem>>;
  /** The public halves of all keys by which the environment was ever signed, the newest last. */
  signingKeys(): Promise<Result<readonly Stored<SigningKey>[], AuthorityProblem>>;

  /** How changes are delivered: what was set, or the defaults. */
  delivery(): Promise<Result<DeliveryNow, AuthorityProblem>>;

  log(query: LogQuery): Promise<Result<Page<LogEntryView>, AuthorityProblem>>;
  /** The log with all that its hashes cover, oldest first, for those who verify it elsewhere. */
  exportLog(range: LogExportRange): Promise<Result<LogExportPage, AuthorityProblem>>;
  verifyChain(): Promise<Result<ChainReport, AuthorityProblem>>;
  /** How far a revision has come. */
  propagation(revision: number): Promise<Result<Propagation, AuthorityProblem>>;
  status(): Promise<Result<AuthorityStatus, AuthorityProblem>>;
}

export interface Applied {
  /** The environment's newest revision after the command. */
  readonly revision: number;
  readonly acceptedAtMs: number;
  /** False when the command changed nothing, or was answered from its first run. */
  readonly changed: boolean;
  /** True when the command id was seen before, and this is the answer of that first run. */
  readonly replayed: boolean;
  /** The document the command was about, after it; `null` for commands about many. */
  readonly target: AppliedTarget | null;
  /** How many documents have a new version. */
  readonly changedDocuments: number;
  /** Of a command about a selection of flags: what it came to for each, in the order named. */
  readonly flags?: readonly FlagOutcome[];
}

/** One flag after a command about many. */
export interface FlagOutcome {
  readonly key: string;
  readonly outcome:
    | "killed"
    /** Left as it was killed before. */
    | "already-killed"
    | "unkilled"
    | "not-killed"
    /** Nobody gets it; left alone. */
    | "archived"
    /** It carries the tag in the catalogue, and is not in this environment. */
    | "not-in-environment";
  /** What everyone gets while it is killed; `null`: the caller's own default, or it is not killed. */
  readonly variation: string | null;
  /** True: it has no variation of the name that was asked for, and serves its off variation. */
  readonly fellBack: boolean;
}

export interface AppliedTarget {
  readonly kind: KeptKind;
  readonly key: string;
  readonly stored: Stored<unknown>;
}

/** A document with what the authority knows about this version of it. */
export interface Stored<T> {
  readonly version: number;
  /** The environment's revision that made this version. */
  readonly revision: number;
  readonly document: T;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Milliseconds since the Unix epoch; `null` while it is live. */
  readonly archivedAtMs: number | null;
}

/** An SDK key with when it was revoked; `null`: it was not. */
export type ListedKey = Stored<IssuedKey> & { readonly revokedAtMs: number | null };

export interface DeliveryNow {
  /** 0: nothing was ever set. */
  readonly version: number;
  readonly settings: DeliverySettings;
}

export type ListedBreakGlassKey = Stored<BreakGlassKey> & { readonly revokedAtMs: number | null };

export type ChangesSince =
  | { readonly kind: "current"; readonly revision: number }
  | { readonly kind: "delta"; readonly delta: Delta; readonly seal: Seal }
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot; readonly seal: Seal }
  | { readonly kind: "unknown-environment" };

export type PointInTime = { readonly revision: number } | { readonly atMs: number } | "newest";

export interface PageRequest {
  /** 1 … 200; what lies outside is moved to the nearer end. */
  readonly limit: number;
  /** The `next` of the page before; `null`: from the beginning. */
  readonly cursor: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** `null`: this was the last page. */
  readonly next: string | null;
}

export interface LogExportRange {
  /** Entries with a greater revision. */
  readonly after: number;
  readonly limit: number;
}

export interface LogExportPage {
  /** As many as fit into one answer; none: there are no more. */
  readonly items: readonly ExportedLogEntry[];
}

export interface LogQuery extends PageRequest {
  /** Only entries that changed this document. */
  readonly document: { readonly kind: KeptKind; readonly key: string } | null;
  /** Absent: no more is asked. */
  readonly filter?: LogFilter;
}

/** Only entries of which all of these hold. */
export interface LogFilter {
  readonly actorId?: string;
  /** The command's kind: `flag.patch`. */
  readonly action?: string;
  /** The first and the last moment; milliseconds since the Unix epoch. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface ChainReport {
  readonly verified: boolean;
  readonly entries: number;
  readonly headHash: string;
  /** The first entry that does not fit, and why; `null` when all do. */
  readonly fault: { readonly revision: number; readonly what: string } | null;
}

export interface AuthorityStatus {
  readonly environmentId: string;
  readonly projectId: string;
  readonly revision: number;
  readonly flags: number;
  readonly segments: number;
  /** Work not yet delivered, by topic: the revision that must arrive and how often it was tried. */
  readonly outbox: readonly {
    readonly topic: string;
    readonly revision: number;
    readonly attempts: number;
    readonly lastError: string | null;
  }[];
}
