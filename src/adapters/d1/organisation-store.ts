import { and, asc, eq, exists, gt, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type {
  OrganisationFilter,
  OrganisationStore,
} from "../../app/organisations/organisation.ts";
import type { AuditLog } from "./audit-log.ts";
import { members } from "./identity-schema.ts";
import { nextVersion, unlessStale } from "./next-version.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { organisations } from "./schema.ts";
import { unlessTaken } from "./unique-violation.ts";

export function createD1OrganisationStore(
  d1: D1Database,
  { commitWithEntry }: Pick<AuditLog, "commitWithEntry">,
): OrganisationStore {
  const db = drizzle(d1);

  const isOf = (of: OrganisationFilter): SQL | undefined => {
    if (of.kind === "all") return undefined;
    if (of.kind === "one") return eq(organisations.id, of.id);
    const isMember = and(
      eq(members.organizationId, organisations.id),
      eq(members.userId, of.personId),
    );
    return exists(db.select({ id: members.id }).from(members).where(isMember));
  };

  return {
    find(id) {
      return db.select().from(organisations).where(eq(organisations.id, id)).get();
    },

    async list(of, page) {
      const isAfter = gt(organisations.id, page.cursor ?? "");
      const query = db
        .select()
        .from(organisations)
        .where(and(isOf(of), isAfter));
      const rows = await query.orderBy(asc(organisations.id)).limit(rowsFor(page));
      return pageOfRows(rows, page, ({ id }) => id);
    },

    insert(organisation, { personId: userId, memberId: id }, entry) {
      const createdAt = new Date(organisation.createdAtMs);
      const owner = { id, organizationId: organisation.id, userId, role: "owner", createdAt };
      const commit = commitWithEntry(entry, [
        db.insert(organisations).values(organisation),
        db.insert(members).values(owner),
      ]);
      return unlessTaken("exists", commit);
    },

    update({ id, name, edition, version, updatedAtMs }, entry) {
      const next = nextVersion(organisations.version, version);
      const set = { name, edition, version: next, updatedAtMs };
      const isIt = eq(organisations.id, id);
      return unlessStale(commitWithEntry(entry, [db.update(organisations).set(set).where(isIt)]));
    },
  };
}
