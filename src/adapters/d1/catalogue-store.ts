import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CatalogueFlag } from "../../app/catalogue/catalogue-flag.ts";
import type { CatalogueFilter, CatalogueStore } from "../../app/catalogue/catalogue-store.ts";
import { logRow } from "./catalogue-log.ts";
import { placeFlag, placesOf } from "./flag-environments.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { catalogueLog, flagEnvironments, flags } from "./schema.ts";
import { taggedFlags } from "./tagged-flags.ts";
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

export function createD1CatalogueStore(d1: D1Database): CatalogueStore {
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
      const keys = items.map(({ key }) => key);
      const places = await placesOf(db, projectId, keys);
      return { items: items.map((row) => ({ flag: toFlag(row), ...places(row.key) })), next };
    },

    keysTagged: (projectId, tag) => taggedFlags(db, projectId, tag),

    insert(flag, environments, caller) {
      const batch = db.batch([
        db.insert(flags).values(toRow(flag)),
        placeFlag(db, flag, environments, true),
        db.insert(catalogueLog).values(logRow("flag", targetOf(flag), flag, caller)),
      ]);
      return unlessTaken("exists", batch);
    },

    update(flag, caller) {
      const { name, description, category, stage, risk, owner, tags, version, updatedAtMs } = flag;
      const changed = { name, description, category, stage, risk, owner, tags };
      const batch = db.batch([
        db.insert(catalogueLog).values(logRow("flag", targetOf(flag), flag, caller)),
        db
          .update(flags)
          .set({ ...changed, version, updatedAtMs })
          .where(isFlag(flag.projectId, flag.key)),
      ]);
      return unlessTaken("raced", batch);
    },

    async withdraw(flag, caller) {
      const { projectId, key } = flag;
      const withdrawn = { ...flag, version: flag.version + 1, withdrawn: true };
      await db.batch([
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

function isListed(projectId: string, filter: CatalogueFilter, cursor: string | null) {
  return and(
    eq(flags.projectId, projectId),
    gt(flags.key, cursor ?? ""),
    filter.category === undefined ? undefined : eq(flags.category, filter.category),
    filter.stage === undefined ? undefined : eq(flags.stage, filter.stage),
  );
}
