import type { Actor } from "../authority/actor.ts";
import { GENESIS_HASH } from "../authority/chain.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { canonicalJson } from "../json.ts";

/**
 * One thing that was done, or refused, in an organisation's control plane. `hash` is the SHA-256 of
 * the canonical JSON of all other members, and `previousHash` the `hash` of the entry before it, so
 * that any later edit shows.
 */
export interface AuditEntry {
  readonly organisationId: string;
  /** Counts the organisation's entries: 1, 2, 3 … without gap. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch; never before the entry before it. */
  readonly atMs: number;
  readonly actor: Actor;
  /** What was done, as noun and verb: `project.create`. */
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly target: AuditTarget;
  /** Id of the project that it was about; `null`: the whole organisation. */
  readonly project: string | null;
  /** Id of the environment that it was about; `null`: none, or all. */
  readonly environment: string | null;
  readonly reason: string | null;
  readonly requestId: string | null;
  /** See `detailHashOf`. What it covers is kept apart, so that it can be erased. */
  readonly detailHash: string;
  readonly previousHash: string;
  readonly hash: string;
}

export type AuditOutcome = "done" | "refused";

export interface AuditTarget {
  /** `project`, `flag`, `grant`, `session` … */
  readonly kind: string;
  /** Stable: survives renames. */
  readonly id: string;
  /** For people, and what a search by flag compares: of a flag its key. */
  readonly name: string;
}

/** What an entry tells beyond its head: the target before and after, and other facts. No secrets. */
export interface AuditDetail {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly facts?: unknown;
}

/** What is handed in for an entry; the chain adds the rest. */
export interface AuditDraft extends Omit<
  AuditEntry,
  "sequence" | "detailHash" | "previousHash" | "hash"
> {
  readonly detail: AuditDetail;
}

/** A detail with the random text that keeps its hash from telling what it is. */
export interface SaltedDetail {
  readonly salt: string;
  readonly detail: unknown;
}

/** The entry that a chain ends with. */
export interface AuditHead {
  readonly sequence: number;
  readonly atMs: number;
  readonly hash: string;
}

/** The end of a chain without entries. */
export const EMPTY_CHAIN: AuditHead = { sequence: 0, atMs: 0, hash: GENESIS_HASH };

/** Binds a detail to its entry without being part of it. */
export const detailHashOf = ({ salt, detail }: SaltedDetail): string =>
  sha256Hex(canonicalJson({ salt, detail }));

export const auditHashOf = (entry: Omit<AuditEntry, "hash">): string =>
  sha256Hex(canonicalJson(entry));

/** The entry that follows `head`. A clock that went back does not make the chain go back. */
export function sealAuditEntry(
  { detail, ...draft }: AuditDraft,
  salt: string,
  head: AuditHead,
): AuditEntry {
  const bound = {
    ...draft,
    sequence: head.sequence + 1,
    atMs: Math.max(draft.atMs, head.atMs),
    detailHash: detailHashOf({ salt, detail }),
    previousHash: head.hash,
  };
  return { ...bound, hash: auditHashOf(bound) };
}
