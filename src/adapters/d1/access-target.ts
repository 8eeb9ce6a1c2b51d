import { and, eq } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { AccessStore, TargetName } from "../../app/access/access-store.ts";
import type { Tags } from "../../app/tags.ts";
import { environments, flags, projects } from "./schema.ts";

/** Looks up in one query what the grants of a request are compared with. */
export async function targetOf(
  { organisationId, project, environment, flag }: TargetName,
  db: DrizzleD1Database,
): ReturnType<AccessStore["target"]> {
  const isIt = and(
    eq(environments.projectId, projects.id),
    eq(environments.key, environment ?? ""),
  );
  const isFlag = and(eq(flags.projectId, projects.id), eq(flags.key, flag ?? ""));
  const row = await db
    .select({
      unitId: projects.unitId,
      projectId: projects.id,
      environmentId: environments.id,
      environmentTags: environments.tags,
      flagTags: flags.tags,
    })
    .from(projects)
    .leftJoin(environments, isIt)
    .leftJoin(flags, isFlag)
    .where(and(eq(projects.organisationId, organisationId), eq(projects.key, project)))
    .get();
  if (row === undefined) return "no-project";
  if (environment !== undefined && row.environmentId === null) return "no-environment";
  const { unitId, projectId, environmentId, environmentTags, flagTags } = row;
  const isTagged = environment !== undefined || flag !== undefined;
  const tags = isTagged ? [...tagsOf(environmentTags), ...tagsOf(flagTags)] : null;
  return { organisationId, unitId, projectId, environmentId, tags };
}

const tagsOf = (tags: Tags | null) =>
  Object.entries(tags ?? {}).map(([name, value]) => ({ name, value }));
