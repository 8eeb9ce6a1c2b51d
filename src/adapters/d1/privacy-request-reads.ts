import { and, asc, desc, eq, isNotNull, lte, ne } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { PrivacyRequestStore } from "../../app/privacy/privacy-store.ts";
import { environmentId } from "../../core/brand.ts";
import { isAfterPlace, pageOfRows, placeOf, rowsFor } from "./page.ts";
import { toRequest } from "./privacy-request-row.ts";
import { privacyRequests } from "./privacy-schema.ts";
import { environments, projects } from "./schema.ts";

/** What is asked about requests. */
export function privacyRequestReads(
  db: DrizzleD1Database,
): Pick<PrivacyRequestStore, "find" | "list" | "waiting" | "environmentsOf"> {
  return {
    async find(organisationId, id) {
      const isIt = and(
        eq(privacyRequests.organisationId, organisationId),
        eq(privacyRequests.id, id),
      );
      const row = await db.select().from(privacyRequests).where(isIt).get();
      return row && toRequest(row);
    },

    async list(organisationId, page) {
      const { createdAtMs, id } = privacyRequests;
      const isIn = eq(privacyRequests.organisationId, organisationId);
      const rows = await db
        .select()
        .from(privacyRequests)
        .where(and(isIn, isAfterPlace(page.cursor, createdAtMs, id)))
        .orderBy(desc(createdAtMs), desc(id))
        .limit(rowsFor(page));
      return pageOfRows(rows.map(toRequest), page, (row) => placeOf(row.createdAtMs, row.id));
    },

    async waiting(nowMs, limit) {
      const rows = await db
        .select()
        .from(privacyRequests)
        .where(and(ne(privacyRequests.state, "done"), lte(privacyRequests.leaseUntilMs, nowMs)))
        .orderBy(asc(privacyRequests.updatedAtMs))
        .limit(limit);
      return rows.map(toRequest);
    },

    async environmentsOf(organisationId) {
      const rows = await db
        .select({ id: environments.id, project: projects.key, environment: environments.key })
        .from(environments)
        .innerJoin(projects, eq(environments.projectId, projects.id))
        .where(
          and(eq(projects.organisationId, organisationId), isNotNull(environments.initialisedAtMs)),
        )
        .orderBy(asc(projects.key), asc(environments.key));
      return rows.map((row) => ({ ...row, id: environmentId(row.id) }));
    },
  };
}
