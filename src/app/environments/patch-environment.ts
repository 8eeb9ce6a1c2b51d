import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { conflict, isExpected } from "../expected-version.ts";
import type { CatalogueConflict } from "../expected-version.ts";
import type { Environment, Place, PlaceProblem } from "./environment.ts";
import type { EnvironmentStore } from "./environment-store.ts";
import { findEnvironment } from "./find-environment.ts";

export interface PatchEnvironmentInput {
  readonly place: Place;
  readonly patch: Partial<Pick<Environment, "name" | "production" | "tags">>;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface PatchEnvironmentDeps {
  readonly environments: Pick<EnvironmentStore, "locate" | "update">;
  readonly now: () => number;
}

export async function patchEnvironment(
  { place, patch, expectedVersion, caller }: PatchEnvironmentInput,
  deps: PatchEnvironmentDeps,
): Promise<Result<Environment, PlaceProblem | CatalogueConflict>> {
  const found = await findEnvironment(place, deps);
  if (!found.ok) return found;
  const { key, version } = found.value;
  if (!isExpected(expectedVersion, version)) {
    return err(conflict("environment", key, expectedVersion, { version, raced: false }));
  }
  const after = { ...found.value, ...patch, version: version + 1, updatedAtMs: deps.now() };
  const updated = await deps.environments.update(found.value, after, caller);
  return updated === "raced"
    ? err(conflict("environment", key, expectedVersion, { version, raced: true }))
    : ok(after);
}
