import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Environment } from "../../app/environments/environment.ts";
import type { EnvironmentStore } from "../../app/environments/environment-store.ts";
import { environmentId } from "../../core/brand.ts";
import { logRow } from "./catalogue-log.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { catalogueLog, environments, projects } from "./schema.ts";
import { unlessTaken } from "./unique-violation.ts";

const toEnvironment = (row: typeof environments.$inferSelect): Environment => ({
  ...row,
  id: environmentId(row.id),
});

export function createD1EnvironmentStore(d1: D1Database): EnvironmentStore {
  const db = drizzle(d1);

  return {
    async locate({ organisationId, project, environment }) {
      const isIt = and(eq(environments.projectId, projects.id), eq(environments.key, environment));
      const row = await db
        .select({ project: projects.id, environment: environments })
        .from(projects)
        .leftJoin(environments, isIt)
        .where(and(eq(projects.organisationId, organisationId), eq(projects.key, project)))
        .get();
      if (row === undefined) return "no-project";
      return row.environment === null ? "no-environment" : toEnvironment(row.environment);
    },

    async list(projectId, page) {
      const isIn = and(
        eq(environments.projectId, projectId),
        gt(environments.key, page.cursor ?? ""),
      );
      const query = db.select().from(environments).where(isIn).orderBy(asc(environments.key));
      const rows = await query.limit(rowsFor(page));
      return pageOfRows(rows.map(toEnvironment), page, ({ key }) => key);
    },

    insert(environment, caller) {
      const batch = db.batch([
        db.insert(environments).values(environment),
        db.insert(catalogueLog).values(logRow("environment", environment.id, environment, caller)),
      ]);
      return unlessTaken("exists", batch);
    },

    async markInitialised({ id }, atMs) {
      await db.update(environments).set({ initialisedAtMs: atMs }).where(eq(environments.id, id));
    },

    update(environment, caller) {
      const { id, name, production, tags, version, updatedAtMs } = environment;
      const batch = db.batch([
        db.insert(catalogueLog).values(logRow("environment", id, environment, caller)),
        db
          .update(environments)
          .set({ name, production, tags, version, updatedAtMs })
          .where(eq(environments.id, id)),
      ]);
      return unlessTaken("raced", batch);
    },
  };
}
