import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { CatalogueFlag, ListedFlag } from "../../app/catalogue/catalogue-flag.ts";
import type { CatalogueFilter, CatalogueStore } from "../../app/catalogue/catalogue-store.ts";
import type { AuditLog } from "./audit-log.ts";
import { catalogueDraft, logRow } from "./catalogue-log.ts";
import { placeFlag, placesOf } from "./flag-environments.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { catalogueLog, flagEnvironments, flags } from "./schema.ts";
import { taggedFlags, tagsOfFlags } from "./tagged-flags.ts";
import { unlessTaken } from "./unique-violation.ts";

type FlagRow = typeof flags.$inferSelect;

const toFlag = ({ creationCommandId, creationFingerprint, ...row }: FlagRow): CatalogueFlag => ({
  ...row,
  creation: { commandId: creationCommandId, fingerprint: creationFingerprint },
});

const toRow = ({ creation, ...flag }: CatalogueFlag): FlagRow => ({
  ...flag,
  creationCommandId: creation.commandId,
  creationFingerprint: creation.fingerprint,
});

const isFlag = (projectId: string, key: string) =>
  and(eq(flags.projectId, projectId), eq(flags.key, key));

const isPlaceOf = (projectId: string, key: string) =>
  and(eq(flagEnvironments.projectId, projectId), eq(flagEnvironments.flagKey, key));

/** Tells the versions of an entry apart from those of a withdrawn one of the same name. */
const targetOf = (flag: CatalogueFlag) =>
  `${flag.projectId}/${flag.key}/${flag.creation.commandId}`;

const aboutFlag = (flag: CatalogueFlag) => ({
  target: { kind: "flag", id: `${flag.projectId}/${flag.key}`, name: flag.key },
  project: flag.projectId,
});

export function createD1CatalogueStore(d1: D1Database, audit: AuditLog): CatalogueStore {
  const db = drizzle(d1);

  return {
    async find(projectId, key) {
      const row = await db.select().from(flags).where(isFlag(projectId, key)).get();
      if (row === undefined) return undefined;
      const places = await placesOf(db, projectId, [key]);
      return { flag: toFlag(row), ...places(key) };
    },

    async list(projectId, filter, page) {
      const query = db
        .select()
        .from(flags)
        .where(isListed(projectId, filter, page.cursor));
      const rows = await query.orderBy(asc(flags.key)).limit(rowsFor(page));
      const { items, next } = pageOfRows(rows, page, ({ key }) => key);
      return { items: await withPlaces(db, projectId, items), next };
    },

    keysTagged: (projectId, tag) => taggedFlags(db, projectId, tag),
    tagsOf: (projectId, keys) => tagsOfFlags(db, projectId, keys),

    insert(flag, environments, caller) {
      const change = { before: null, after: flag, atMs: flag.createdAtMs };
      const draft = catalogueDraft("catalogue-flag.create", aboutFlag(flag), change, caller);
      const commit = audit.commitWithEntry(draft, [
        db.insert(flags).values(toRow(flag)),
        placeFlag(db, flag, environments, true),
        db.insert(catalogueLog).values(logRow("flag", targetOf(flag), flag, caller)),
      ]);
      return unlessTaken("exists", commit);
    },

    update(before, flag, caller) {
      const { name, description, category, stage, risk, owner, tags, version, updatedAtMs } = flag;
      const changed = { name, description, category, stage, risk, owner, tags };
      const change = { before, after: flag, atMs: updatedAtMs };
      const draft = catalogueDraft("catalogue-flag.patch", aboutFlag(flag), change, caller);
      const commit = audit.commitWithEntry(draft, [
        db.insert(catalogueLog).values(logRow("flag", targetOf(flag), flag, caller)),
        db
          .update(flags)
          .set({ ...changed, version, updatedAtMs })
          .where(isFlag(flag.projectId, flag.key)),
      ]);
      return unlessTaken("raced", commit);
    },

    async withdraw(flag, caller) {
      const { projectId, key } = flag;
      const withdrawn = { ...flag, version: flag.version + 1, withdrawn: true };
      const gone = { before: flag, after: null, atMs: flag.updatedAtMs };
      const draft = catalogueDraft("catalogue-flag.withdraw", aboutFlag(flag), gone, caller);
      await audit.commitWithEntry(draft, [
        db.insert(catalogueLog).values(logRow("flag", targetOf(flag), withdrawn, caller)),
        db.delete(flagEnvironments).where(isPlaceOf(projectId, key)),
        db.delete(flags).where(isFlag(projectId, key)),
      ]);
    },

    async confirm(projectId, key, environments) {
      if (environments.length > 0) await placeFlag(db, { projectId, key }, environments, false);
    },
  };
}

async function withPlaces(
  db: DrizzleD1Database,
  projectId: string,
  rows: readonly FlagRow[],
): Promise<readonly ListedFlag[]> {
  const keys = rows.map(({ key }) => key);
  const places = await placesOf(db, projectId, keys);
  return rows.map((row) => ({ flag: toFlag(row), ...places(row.key) }));
}

function isListed(projectId: string, filter: CatalogueFilter, cursor: string | null) {
  return and(
    eq(flags.projectId, projectId),
    gt(flags.key, cursor ?? ""),
    filter.category === undefined ? undefined : eq(flags.category, filter.category),
    filter.stage === undefined ? undefined : eq(flags.stage, filter.stage),
  );
}
