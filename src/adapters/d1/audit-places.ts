import { asc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditPlaces } from "../../app/audit/audit-reader.ts";
import { environments, projects } from "./schema.ts";

export function createD1AuditPlaces(d1: D1Database): AuditPlaces {
  const db = drizzle(d1);
  return {
    all: (organisationId) =>
      db
        .select({
          projectId: projects.id,
          project: projects.key,
          environmentId: environments.id,
          environment: environments.key,
        })
        .from(projects)
        .leftJoin(environments, eq(environments.projectId, projects.id))
        .where(eq(projects.organisationId, organisationId))
        .orderBy(asc(projects.key), asc(environments.key)),
  };
}
