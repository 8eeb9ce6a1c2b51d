import type { Applied } from "../../core/authority/authority-api.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { err } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import type { CatalogueFlagNotFound } from "../catalogue/catalogue-flag.ts";
import type { CatalogueStore } from "../catalogue/catalogue-store.ts";
import { flagFromDraft } from "../catalogue/flag-from-draft.ts";
import type { FlagConfiguration } from "../catalogue/flag-from-draft.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";

export interface AddFlagInput {
  readonly place: Place;
  readonly flag: string;
  readonly configuration: FlagConfiguration;
  readonly caller: Caller;
}

export interface AddFlagDeps extends AuthorityDeps {
  readonly catalogue: Pick<CatalogueStore, "find" | "confirm">;
}

/** Creates a flag of the catalogue in one more environment. */
export async function addFlag(
  { place, flag: key, configuration, caller }: AddFlagInput,
  deps: AddFlagDeps,
): Promise<Result<Applied, PlaceProblem | CatalogueFlagNotFound | AuthorityProblem>> {
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  const { id, projectId } = environment.value;
  const listed = await deps.catalogue.find(projectId, key);
  if (listed === undefined) return err({ kind: "catalogue-flag-not-found", flag: key });
  const document = flagFromDraft(listed.flag, configuration);
  if (!document.ok) return err({ kind: "invalid-document", issues: document.error });

  const { actor, permits, reason, requestId, commandId } = caller;
  const command = { kind: "flag.create", document: document.value } as const;
  const envelope = { command, actor, permits, reason, requestId, commandId };
  const applied = await deps.authorities.of(id).apply(envelope);
  // An environment that has the flag already may be one that the catalogue does not know of.
  if (applied.ok || applied.error.kind === "already-exists") {
    await deps.catalogue.confirm(projectId, key, [environment.value.key]);
  }
  return applied;
}
