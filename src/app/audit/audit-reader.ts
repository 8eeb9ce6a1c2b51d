import type { AuditDetailState } from "../../core/audit/detail-state.ts";
import type { AuditEntry, AuditHead, AuditOutcome } from "../../core/audit/entry.ts";

export interface AuditRecord {
  readonly entry: AuditEntry;
  readonly detail: AuditDetailState;
}

/** Only entries of which all of these hold. */
export interface AuditFilter {
  readonly actorId?: string;
  readonly action?: string;
  readonly outcome?: AuditOutcome;
  /** Key of a flag. */
  readonly flag?: string;
  /** Ids. */
  readonly project?: string;
  readonly environment?: string;
  /** The first and the last moment; milliseconds since the Unix epoch. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** Reads organisations' chains. */
export interface AuditReader {
  /** Newest first, from below a sequence; `null`: from the newest. */
  before(
    organisationId: string,
    filter: AuditFilter,
    range: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly AuditRecord[]>;
  /** Oldest first, from above a sequence. */
  after(organisationId: string, sequence: number, limit: number): Promise<readonly AuditRecord[]>;
  /** `EMPTY_CHAIN` when nothing was recorded. */
  head(organisationId: string): Promise<AuditHead>;
}

/** An environment with the keys that people know it by. */
export interface AuditPlace {
  readonly projectId: string;
  readonly project: string;
  /** `null`: the project has no environment. */
  readonly environmentId: string | null;
  readonly environment: string | null;
}

export interface AuditPlaces {
  /** Every project of an organisation with each of its environments. */
  all(organisationId: string): Promise<readonly AuditPlace[]>;
}
