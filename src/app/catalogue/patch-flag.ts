import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { conflict, isExpected } from "../expected-version.ts";
import type { CatalogueConflict } from "../expected-version.ts";
import type { ProjectNotFound } from "../projects/project.ts";
import type { ProjectStore } from "../projects/project-store.ts";
import type { CatalogueFlag, CatalogueFlagNotFound, ListedFlag } from "./catalogue-flag.ts";
import type { CatalogueStore } from "./catalogue-store.ts";
import { getFlag } from "./get-flag.ts";

export interface PatchFlagInput {
  readonly project: string;
  readonly flag: string;
  readonly patch: Partial<
    Pick<CatalogueFlag, "name" | "description" | "category" | "stage" | "risk" | "owner" | "tags">
  >;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface PatchFlagDeps {
  readonly projects: Pick<ProjectStore, "find">;
  readonly catalogue: Pick<CatalogueStore, "find" | "update">;
  readonly now: () => number;
}

export async function patchFlag(
  { project, flag: key, patch, expectedVersion, caller }: PatchFlagInput,
  deps: PatchFlagDeps,
): Promise<Result<ListedFlag, ProjectNotFound | CatalogueFlagNotFound | CatalogueConflict>> {
  const found = await getFlag({ ...caller, project, flag: key }, deps);
  if (!found.ok) return found;
  const { version } = found.value.flag;
  if (!isExpected(expectedVersion, version)) {
    return err(conflict("catalogue-flag", key, expectedVersion, { version, raced: false }));
  }
  const flag = { ...found.value.flag, ...patch, version: version + 1, updatedAtMs: deps.now() };
  const updated = await deps.catalogue.update(found.value.flag, flag, caller);
  return updated === "raced"
    ? err(conflict("catalogue-flag", key, expectedVersion, { version, raced: true }))
    : ok({ ...found.value, flag });
}
