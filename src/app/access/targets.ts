import type { Target } from "../../core/access/grant.ts";
import type { Environment } from "../environments/environment.ts";
import type { Project } from "../projects/project.ts";
import type { Tags } from "../tags.ts";

const tagList = (tags: Tags) => Object.entries(tags).map(([name, value]) => ({ name, value }));

/** A project as grants are compared with it. */
export const projectTarget = ({ organisationId, unitId, id }: Project): Target => ({
  organisationId,
  unitId,
  projectId: id,
  environmentId: null,
  tags: null,
});

/** A flag of the catalogue, wherever it is served. */
export const flagTarget = (project: Project, tags: Tags): Target => ({
  ...projectTarget(project),
  tags: tagList(tags),
});

/** An environment, or a flag in it: that has its own tags besides. */
export const environmentTarget = (
  project: Project,
  { id, tags }: Pick<Environment, "id" | "tags">,
  flagTags: Tags = {},
): Target => ({
  ...projectTarget(project),
  environmentId: id,
  tags: [...tagList(tags), ...tagList(flagTags)],
});

/** What also has a flag's tags. */
export const withTags = (target: Target, flagTags: Tags): Target => ({
  ...target,
  tags: [...(target.tags ?? []), ...tagList(flagTags)],
});
