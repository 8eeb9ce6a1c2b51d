import type { EnvironmentId } from "../../core/brand.ts";
import type { ProjectNotFound } from "../projects/project.ts";
import type { Tags } from "../tags.ts";

export interface Environment {
  readonly id: EnvironmentId;
  readonly projectId: string;
  /** Part of URLs; unique in the project. */
  readonly key: string;
  readonly name: string;
  readonly production: boolean;
  readonly tags: Tags;
  readonly salt: string;
  /** When its authority was made; `null` while that is owed. */
  readonly initialisedAtMs: number | null;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Where a request points: keys as they stand in its path. */
export interface Place {
  readonly organisationId: string;
  readonly project: string;
  readonly environment: string;
}

export type PlaceProblem =
  | ProjectNotFound
  | {
      readonly kind: "environment-not-found";
      readonly project: string;
      readonly environment: string;
    };
