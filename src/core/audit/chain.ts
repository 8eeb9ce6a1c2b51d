import { auditHashOf, detailHashOf, EMPTY_CHAIN } from "./entry.ts";
import type { AuditEntry, AuditHead, SaltedDetail } from "./entry.ts";

/** The first entry that does not fit, by its place in the chain, and why. */
export interface AuditFault {
  readonly sequence: number;
  readonly what: string;
}

/**
 * Checks an organisation's chain one entry at a time, so that a chain of any length needs no
 * memory. Begins at the first entry, or after one that a checkpoint vouches for. Stops at the first
 * fault.
 */
export class AuditChainVerifier {
  readonly #organisationId: string;
  #head: AuditHead;

  constructor(organisationId: string, after: AuditHead = EMPTY_CHAIN) {
    this.#organisationId = organisationId;
    this.#head = after;
  }

  /** Another one at the same place, for one of several ways in which a chain may go on. */
  copy(): AuditChainVerifier {
    return new AuditChainVerifier(this.#organisationId, this.#head);
  }

  /** The last entry that was found good. */
  get head(): AuditHead {
    return this.#head;
  }

  /** Takes the next entry; `detail` is `null` when it was erased, masked or is withheld. */
  add(entry: AuditEntry, detail: SaltedDetail | null): AuditFault | null {
    const what = this.#linkFault(entry) ?? detailFault(entry, detail);
    if (what !== null) return { sequence: this.#head.sequence + 1, what };
    this.#head = { sequence: entry.sequence, atMs: entry.atMs, hash: entry.hash };
    return null;
  }

  #linkFault(entry: AuditEntry): string | null {
    const { sequence, atMs, hash } = this.#head;
    if (entry.sequence !== sequence + 1) {
      return `entry ${sequence + 1} is missing: entry ${entry.sequence} follows entry ${sequence}`;
    }
    if (entry.organisationId !== this.#organisationId) {
      return `it belongs to the organisation "${entry.organisationId}"`;
    }
    if (entry.previousHash !== hash) {
      return "its previous hash is not the hash of the entry before it";
    }
    const { hash: claimed, ...bound } = entry;
    if (auditHashOf(bound) !== claimed) return "its contents do not give its hash";
    return entry.atMs < atMs ? "it is older than the entry before it" : null;
  }
}

function detailFault(entry: AuditEntry, detail: SaltedDetail | null): string | null {
  if (detail === null || detailHashOf(detail) === entry.detailHash) return null;
  return "its detail is not the one that was recorded";
}
