import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Project } from "../../app/projects/project.ts";
import type { ProjectStore } from "../../app/projects/project-store.ts";
import type { AuditLog } from "./audit-log.ts";
import { catalogueDraft, logRow } from "./catalogue-log.ts";
import { pageOfRows, rowsFor } from "./page.ts";
import { catalogueLog, projects } from "./schema.ts";
import { unlessTaken } from "./unique-violation.ts";

export function createD1ProjectStore(d1: D1Database, audit: AuditLog): ProjectStore {
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
      const change = { before: null, after: project, atMs: project.createdAtMs };
      const draft = catalogueDraft("project.create", aboutProject(project), change, caller);
      const commit = audit.commitWithEntry(draft, [
        db.insert(projects).values(project),
        db.insert(catalogueLog).values(logRow("project", project.id, project, caller)),
      ]);
      return unlessTaken("exists", commit);
    },

    update(before, project, caller) {
      const { name, description, unitId, version, updatedAtMs } = project;
      const change = { before, after: project, atMs: updatedAtMs };
      const draft = catalogueDraft("project.patch", aboutProject(project), change, caller);
      const commit = audit.commitWithEntry(draft, [
        db.insert(catalogueLog).values(logRow("project", project.id, project, caller)),
        db
          .update(projects)
          .set({ name, description, unitId, version, updatedAtMs })
          .where(eq(projects.id, project.id)),
      ]);
      return unlessTaken("raced", commit);
    },
  };
}

const aboutProject = ({ id, key }: Project) => ({
  target: { kind: "project", id, name: key },
  project: id,
});
