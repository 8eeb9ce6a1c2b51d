import type { ListedKey, Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import type { EnvironmentId } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";

export interface KeyUseStore {
  /** When keys of an environment were last used, by id, to the minute; those that were. */
  lastUsedAtMs(
    environmentId: EnvironmentId,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
}

export interface KeyReadDeps extends AuthorityDeps {
  readonly keyUses: KeyUseStore;
}

export interface UsedKey {
  readonly key: ListedKey;
  /** `null`: nobody has said that it was. */
  readonly lastUsedAtMs: number | null;
}

type Problem = PlaceProblem | AuthorityProblem;

export async function listKeys(
  place: Place,
  page: PageRequest,
  deps: KeyReadDeps,
): Promise<Result<Page<UsedKey>, Problem>> {
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  const { id } = environment.value;
  const keys = await deps.authorities.of(id).keys(page);
  if (!keys.ok) return keys;
  const { items, next } = keys.value;
  return ok({ items: await withUses(id, items, deps), next });
}

export async function readKey(
  place: Place,
  key: string,
  deps: KeyReadDeps,
): Promise<Result<UsedKey, Problem>> {
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  const { id } = environment.value;
  const found = await deps.authorities.of(id).key(key);
  if (!found.ok) return found;
  const uses = await deps.keyUses.lastUsedAtMs(id, [key]);
  return ok({ key: found.value, lastUsedAtMs: uses.get(key) ?? null });
}

async function withUses(
  environmentId: EnvironmentId,
  keys: readonly ListedKey[],
  { keyUses }: KeyReadDeps,
): Promise<readonly UsedKey[]> {
  const ids = keys.map(({ document }) => document.id);
  const uses = await keyUses.lastUsedAtMs(environmentId, ids);
  return keys.map((key) => ({ key, lastUsedAtMs: uses.get(key.document.id) ?? null }));
}
