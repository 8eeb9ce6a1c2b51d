import type { ExportedLogEntry } from "../authority/log-entry.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { canonicalJson } from "../json.ts";
import { isSameChain, type ChainName, type SignedCheckpoint } from "./checkpoint.ts";
import type { AuditDetailState } from "./detail-state.ts";
import { EMPTY_CHAIN, type AuditEntry, type AuditHead } from "./entry.ts";

/** What an exported chain consists of: a header, its entries in order, and a signed statement. */
export type ExportRecord = ExportHeader | OrganisationRecord | EnvironmentRecord | ExportStatement;

export interface ExportHeader {
  readonly type: "header";
  readonly format: typeof EXPORT_FORMAT;
  readonly chain: ChainName;
  /** The entry before the first: a chain whose beginning was pruned starts after a checkpoint. */
  readonly after: AuditHead;
  /** That checkpoint, with its prune mark; absent: the chain starts with its first entry. */
  readonly start?: SignedCheckpoint;
  /** Milliseconds since the Unix epoch. */
  readonly exportedAtMs: number;
}

export const EXPORT_FORMAT = "switchyard-audit-export/1";

/** How the two faults are named that no entry shows by itself. */
export const TRUNCATED_START = "truncated at the beginning";
export const TRUNCATED_END = "truncated at the end";

/** Why a chain may not start where the header says; `null`: it may, if the checkpoint is signed. */
export function startFault({ chain, after, start }: ExportHeader): string | null {
  if (after.sequence === 0) {
    const isEmpty = canonicalJson(after) === canonicalJson(EMPTY_CHAIN) && start === undefined;
    return isEmpty ? null : "the chain does not begin as every chain does";
  }
  const late = `${TRUNCATED_START}: it starts after entry ${after.sequence}`;
  if (chain.kind === "environment") return `${late}, and an environment's chain is never pruned`;
  if (start === undefined) return `${late} without the checkpoint that vouches for that`;
  if (start.checkpoint.prune === undefined) {
    return `${late}, and the checkpoint of that entry was not signed for pruning`;
  }
  const { checkpoint } = start;
  const fits =
    isSameChain(checkpoint.chain, chain) && canonicalJson(checkpoint.head) === canonicalJson(after);
  return fits ? null : "the checkpoint at its beginning is not of the entry that it starts after";
}

export interface OrganisationRecord {
  readonly type: "entry";
  readonly entry: AuditEntry;
  readonly detail: AuditDetailState;
}

export interface EnvironmentRecord extends ExportedLogEntry {
  readonly type: "entry";
}

/** Its place in its chain, from 1. */
export const placeOf = (record: OrganisationRecord | EnvironmentRecord): number =>
  "detail" in record ? record.entry.sequence : record.entry.revision;

/** Says under a signature what the export holds. */
export interface ExportStatement {
  readonly type: "statement";
  readonly header: ExportHeader;
  /** The last entry. */
  readonly head: AuditHead;
  /** What no entry's hash covers, by the entry's place: the hash of what is there instead. */
  readonly uncovered: Readonly<Record<string, string>>;
  readonly keyId: string;
  /** Ed25519, 128 lower-case hexadecimal digits, of `statementText`. */
  readonly signature: string;
}

/** What is signed. Begins with its purpose, so that no signature of something else fits. */
export const statementText = (statement: Omit<ExportStatement, "signature">): string =>
  `switchyard audit export\n${canonicalJson({ ...statement, signature: undefined })}`;

/** The hash for `uncovered`; `null`: the entry's own hash covers all that is there. */
export function uncoveredHash(record: OrganisationRecord | EnvironmentRecord): string | null {
  if ("detail" in record) {
    const { detail } = record;
    return detail.state === "kept" ? null : sha256Hex(canonicalJson(detail));
  }
  const { made } = record;
  return made.some((one) => "withheld" in one) ? sha256Hex(canonicalJson(made)) : null;
}
