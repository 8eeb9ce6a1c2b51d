import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { PrivacyRequest } from "../../app/privacy/privacy-request.ts";
import type { PrivacyRequestStore } from "../../app/privacy/privacy-store.ts";
import type { AuditLog } from "./audit-log.ts";
import { nextVersion, unlessStale } from "./next-version.ts";
import { privacyExports } from "./privacy-exports.ts";
import { privacyRequestReads } from "./privacy-request-reads.ts";
import { requestDraft, toRow } from "./privacy-request-row.ts";
import { privacyRequests } from "./privacy-schema.ts";

const ID = { id: privacyRequests.id };

/** The request as a runner knows it: another one's step makes another version. */
const isCurrent = ({ id, version }: PrivacyRequest) =>
  and(eq(privacyRequests.id, id), eq(privacyRequests.version, version));

export function createD1PrivacyRequestStore(d1: D1Database, audit: AuditLog): PrivacyRequestStore {
  const db = drizzle(d1);

  const write = (before: PrivacyRequest, after: PrivacyRequest) => {
    const { unit, state, place, placeAfter, report, version } = after;
    const { leaseUntilMs, updatedAtMs, finishedAtMs } = after;
    const progress = { state, place, placeAfter, report: [...report], version };
    return db
      .update(privacyRequests)
      .set({ unit, ...progress, leaseUntilMs, updatedAtMs, finishedAtMs })
      .where(isCurrent(before))
      .returning(ID);
  };

  return {
    ...privacyRequestReads(db),
    ...privacyExports(db),

    async insert(request, caller) {
      await audit.commitWithEntry(requestDraft("create", request, caller), [
        db.insert(privacyRequests).values(toRow(request)),
      ]);
    },

    async lease(request, nowMs, untilMs) {
      const taken = await db
        .update(privacyRequests)
        .set({ version: request.version + 1, leaseUntilMs: untilMs, updatedAtMs: nowMs })
        .where(isCurrent(request))
        .returning(ID);
      return taken.length > 0;
    },

    advance: async (before, after) => (await write(before, after)).length > 0,

    async finish(before, after) {
      const { organisationId, actor, reason, requestId, unit, state, version } = after;
      const { leaseUntilMs, updatedAtMs, finishedAtMs } = after;
      const by = { organisationId, actor, reason, requestId };
      const finished = db
        .update(privacyRequests)
        .set({
          unit,
          state,
          leaseUntilMs,
          updatedAtMs,
          finishedAtMs,
          version: nextVersion(privacyRequests.version, version),
        })
        .where(eq(privacyRequests.id, before.id));
      const commit = audit.commitWithEntry(requestDraft("finish", after, by), [finished]);
      return (await unlessStale(commit)) === "committed";
    },
  };
}
