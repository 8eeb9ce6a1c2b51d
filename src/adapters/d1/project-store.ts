import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { ProjectStore } from "../../app/projects/project-store.ts";
import { logRow } from "./catalogue-log.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { catalogueLog, projects } from "./schema.ts";
import { unlessTaken } from "./unique-violation.ts";

export function createD1ProjectStore(d1: D1Database): ProjectStore {
  const db = drizzle(d1);

  return {
    find(organisationId, key) {
      const isIt = and(eq(projects.organisationId, organisationId), eq(projects.key, key));
      return db.select().from(projects).where(isIt).get();
    },

    async list(organisationId, page) {
      const isIn = and(
        eq(projects.organisationId, organisationId),
        gt(projects.key, page.cursor ?? ""),
      );
      const query = db.select().from(projects).where(isIn).orderBy(asc(projects.key));
      return pageOfRows(await query.limit(rowsFor(page)), page, ({ key }) => key);
    },

    insert(project, caller) {
      const batch = db.batch([
        db.insert(projects).values(project),
        db.insert(catalogueLog).values(logRow("project", project.id, project, caller)),
      ]);
      return unlessTaken("exists", batch);
    },

    update(project, caller) {
      const { name, description, version, updatedAtMs } = project;
      const batch = db.batch([
        db.insert(catalogueLog).values(logRow("project", project.id, project, caller)),
        db
          .update(projects)
          .set({ name, description, version, updatedAtMs })
          .where(eq(projects.id, project.id)),
      ]);
      return unlessTaken("raced", batch);
    },
  };
}
