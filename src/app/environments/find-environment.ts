import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Environment, Place, PlaceProblem } from "./environment.ts";
import type { EnvironmentStore } from "./environment-store.ts";

export interface FindEnvironmentDeps {
  readonly environments: Pick<EnvironmentStore, "locate">;
}

export async function findEnvironment(
  place: Place,
  deps: FindEnvironmentDeps,
): Promise<Result<Environment, PlaceProblem>> {
  const { project, environment } = place;
  const found = await deps.environments.locate(place);
  if (found === "no-project") return err({ kind: "project-not-found", project });
  if (found === "no-environment") {
    return err({ kind: "environment-not-found", project, environment });
  }
  return ok(found);
}
