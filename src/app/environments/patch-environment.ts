import type { ExpectedVersion } from "../../core/authority/command.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
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
): Promise<Result<Environment, PlaceProblem | Changed>> {
  const found = await findEnvironment(place, deps);
  if (!found.ok) return found;
  const named = { what: "environment", key: found.value.key } as const;
  const seen = asSeen(named, expectedVersion, found.value);
  if (!seen.ok) return seen;
  const before = seen.value;
  const after = { ...before, ...patch, version: before.version + 1, updatedAtMs: deps.now() };
  const updated = await deps.environments.update(before, after, caller);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}
