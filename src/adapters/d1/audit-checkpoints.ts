import { and, desc, eq, lt, or } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CheckpointStore } from "../../app/audit/checkpoints.ts";
import type { SignedCheckpoint } from "../../core/audit/checkpoint.ts";
import { invariant } from "../../core/result.ts";
import { auditCheckpoints } from "./audit-schema.ts";
import { pageOfRows, rowsFor } from "./page.ts";

type Row = typeof auditCheckpoints.$inferSelect;

/** Keeps them in D1, where they are looked up, and in R2, where nothing overwrites them. */
export function createD1CheckpointStore(
  d1: D1Database,
  keepCopy: (signed: SignedCheckpoint) => Promise<void>,
): CheckpointStore {
  const db = drizzle(d1);
  const find = (organisationId: string, chain: string, position: number, purpose: Row["purpose"]) =>
    db
      .select()
      .from(auditCheckpoints)
      .where(
        and(
          eq(auditCheckpoints.organisationId, organisationId),
          eq(auditCheckpoints.chain, chain),
          eq(auditCheckpoints.position, position),
          eq(auditCheckpoints.purpose, purpose),
        ),
      )
      .get();

  return {
    async keep(signed) {
      const row = toRow(signed);
      await db.insert(auditCheckpoints).values(row).onConflictDoNothing();
      const kept = await find(row.organisationId, row.chain, row.position, row.purpose);
      invariant(kept !== undefined, "a checkpoint that was inserted is there");
      await keepCopy(toCheckpoint(kept));
      return toCheckpoint(kept);
    },

    async list(organisationId, page) {
      const isIn = and(eq(auditCheckpoints.organisationId, organisationId), isAfter(page.cursor));
      const { signedAtMs, chain, position, purpose } = auditCheckpoints;
      const query = db.select().from(auditCheckpoints).where(isIn);
      const rows = await query
        .orderBy(desc(signedAtMs), desc(chain), desc(position), desc(purpose))
        .limit(rowsFor(page));
      const { items, next } = pageOfRows(rows, page, placeOf);
      return { items: items.map(toCheckpoint), next };
    },

    async pruneMarkAt(organisationId, sequence) {
      const row = await find(organisationId, "", sequence, "prune");
      return row === undefined ? undefined : toCheckpoint(row);
    },
  };
}

const placeOf = (row: Row) => `${row.signedAtMs}.${row.position}.${row.chain}.${row.purpose}`;

function isAfter(cursor: string | null) {
  if (cursor === null) return undefined;
  const [signedAtMs = "", position = "", chain = "", purpose = ""] = cursor.split(".");
  const row = auditCheckpoints;
  const isThen = eq(row.signedAtMs, Number(signedAtMs));
  const isThere = eq(row.position, Number(position));
  return or(
    lt(row.signedAtMs, Number(signedAtMs)),
    and(isThen, lt(row.chain, chain)),
    and(isThen, eq(row.chain, chain), lt(row.position, Number(position))),
    and(isThen, eq(row.chain, chain), isThere, lt(row.purpose, purposeOf(purpose))),
  );
}

const purposeOf = (text: string) => (text === "prune" ? "prune" : "");

function toRow({ checkpoint, signature }: SignedCheckpoint): Row {
  const { chain, head, signedAtMs, keyId, prune } = checkpoint;
  return {
    organisationId: chain.organisationId,
    chain: chain.kind === "organisation" ? "" : chain.environmentId,
    position: head.sequence,
    purpose: prune === undefined ? "" : "prune",
    atMs: head.atMs,
    hash: head.hash,
    signedAtMs,
    keyId,
    signature,
    archive: prune?.archive ?? null,
    archiveDigest: prune?.digest ?? null,
  };
}

function toCheckpoint(row: Row): SignedCheckpoint {
  const { organisationId, chain: id, position, atMs, hash, signedAtMs, keyId, signature } = row;
  const chain =
    id === ""
      ? ({ kind: "organisation", organisationId } as const)
      : ({ kind: "environment", organisationId, environmentId: id } as const);
  const head = { sequence: position, atMs, hash };
  const { archive, archiveDigest: digest } = row;
  const marked = archive === null || digest === null ? {} : { prune: { archive, digest } };
  return { checkpoint: { chain, head, signedAtMs, keyId, ...marked }, signature };
}
