import type { ExpectedVersion } from "../../core/authority/command.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
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
): Promise<Result<ListedFlag, ProjectNotFound | CatalogueFlagNotFound | Changed>> {
  const found = await getFlag({ ...caller, project, flag: key }, deps);
  if (!found.ok) return found;
  const named = { what: "catalogue-flag", key } as const;
  const seen = asSeen(named, expectedVersion, found.value.flag);
  if (!seen.ok) return seen;
  const before = seen.value;
  const flag = { ...before, ...patch, version: before.version + 1, updatedAtMs: deps.now() };
  const updated = await deps.catalogue.update(before, flag, caller);
  return updated === "raced" ? raced(named, before.version) : ok({ ...found.value, flag });
}
