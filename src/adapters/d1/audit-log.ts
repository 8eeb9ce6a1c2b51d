import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/d1";
import type { AuditTrail } from "../../app/audit/audit-trail.ts";
import { sealAuditEntry } from "../../core/audit/entry.ts";
import type { AuditDraft, AuditEntry } from "../../core/audit/entry.ts";
import { canonicalJson } from "../../core/json.ts";
import type { MaskingMode } from "../../core/privacy/mask.ts";
import { maskDraft } from "../../core/privacy/mask-draft.ts";
import type { Keyring } from "../crypto/envelope.ts";
import { detailContext, headOf, toAuditRow } from "./audit-row.ts";
import { auditLog } from "./audit-schema.ts";
import { isTaken } from "./unique-violation.ts";

/** The writer of the organisations' chains. */
export interface AuditLog extends AuditTrail {
  /**
   * Does the statements and appends the entry that tells of them, or neither. When another writer
   * took the place in the chain, it is tried anew at the next one; every other violation of a
   * unique key rejects, and nothing is recorded.
   */
  commitWithEntry(
    draft: AuditDraft,
    statements: readonly BatchItem<"sqlite">[],
  ): Promise<AuditEntry>;
}

export interface AuditLogDeps {
  readonly keyring: () => Promise<Keyring>;
  /** Unpredictable text, as the salt of an entry's detail. */
  readonly newSalt: () => string;
  /** Milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** 0 … 1 */
  readonly random: () => number;
  /** What becomes of personal data in what the organisation records. */
  readonly maskingOf: (organisationId: string) => Promise<MaskingMode>;
  /** Told of each entry when it is there. */
  readonly appended: (entry: AuditEntry) => void;
}

/** A writer loses once to each that is ahead of it; more than this at once is an overload. */
const MOST_ATTEMPTS = 100;
/** About how long one attempt takes: after this, those who lost try at different times. */
const SPREAD_MS = 10;
const LONGEST_WAIT_MS = 250;

export function createD1AuditLog(d1: D1Database, deps: AuditLogDeps): AuditLog {
  const db = drizzle(d1);

  const attempt = async (draft: AuditDraft, statements: readonly BatchItem<"sqlite">[]) => {
    const salt = deps.newSalt();
    const [keyring, head] = await Promise.all([deps.keyring(), headOf(draft.organisationId, db)]);
    const entry = sealAuditEntry(draft, salt, head);
    const text = canonicalJson({ salt, detail: draft.detail });
    const sealed = await keyring.seal(text, detailContext(entry));
    await db.batch([db.insert(auditLog).values(toAuditRow(entry, sealed)), ...statements]);
    return entry;
  };

  const commitWithEntry: AuditLog["commitWithEntry"] = async (given, statements) => {
    const draft = maskDraft(given, await deps.maskingOf(given.organisationId));
    for (let attempts = 1; ; attempts += 1) {
      try {
        const entry = await attempt(draft, statements);
        deps.appended(entry);
        return entry;
      } catch (error) {
        if (attempts >= MOST_ATTEMPTS || !isTaken(error, "audit_log.sequence")) throw error;
      }
      const most = Math.min(LONGEST_WAIT_MS, SPREAD_MS * attempts);
      await deps.wait(Math.ceil(deps.random() * most));
    }
  };

  return {
    commitWithEntry,
    record: async (draft) => {
      await commitWithEntry(draft, []);
    },
  };
}
