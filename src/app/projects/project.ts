export interface Project {
  readonly id: string;
  readonly organisationId: string;
  /** Part of URLs; unique in the organisation. */
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  /** Id of the business unit that it belongs to; `null`: the organisation as a whole. */
  readonly unitId: string | null;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface ProjectNotFound {
  readonly kind: "project-not-found";
  readonly project: string;
}
