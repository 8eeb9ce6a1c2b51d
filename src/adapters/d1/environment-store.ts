import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Environment } from "../../app/environments/environment.ts";
import type { EnvironmentStore } from "../../app/environments/environment-store.ts";
import { environmentId } from "../../core/brand.ts";
import type { AuditLog } from "./audit-log.ts";
import { catalogueDraft, logRow } from "./catalogue-log.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { catalogueLog, environments, projects } from "./schema.ts";
import { unlessTaken } from "./unique-violation.ts";

const toEnvironment = (row: typeof environments.$inferSelect): Environment => ({
  ...row,
  id: environmentId(row.id),
});

export function createD1EnvironmentStore(d1: D1Database, audit: AuditLog): EnvironmentStore {
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
      const change = { before: null, after: environment, atMs: environment.createdAtMs };
      const about = aboutEnvironment(environment);
      const draft = catalogueDraft("environment.create", about, change, caller);
      const commit = audit.commitWithEntry(draft, [
        db.insert(environments).values(environment),
        db.insert(catalogueLog).values(logRow("environment", environment.id, environment, caller)),
      ]);
      return unlessTaken("exists", commit);
    },

    async markInitialised({ id }, atMs) {
      await db.update(environments).set({ initialisedAtMs: atMs }).where(eq(environments.id, id));
    },

    update(before, environment, caller) {
      const { id, name, production, tags, version, updatedAtMs } = environment;
      const change = { before, after: environment, atMs: updatedAtMs };
      const about = aboutEnvironment(environment);
      const draft = catalogueDraft("environment.patch", about, change, caller);
      const commit = audit.commitWithEntry(draft, [
        db.insert(catalogueLog).values(logRow("environment", id, environment, caller)),
        db
          .update(environments)
          .set({ name, production, tags, version, updatedAtMs })
          .where(eq(environments.id, id)),
      ]);
      return unlessTaken("raced", commit);
    },
  };
}

const aboutEnvironment = ({ id, projectId, key }: Environment) => ({
  target: { kind: "environment", id, name: key },
  project: projectId,
  environment: id,
});
