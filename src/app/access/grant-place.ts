import { organisationTarget } from "../../core/access/grant.ts";
import type { GrantReach, Target } from "../../core/access/grant.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlaceProblem } from "../environments/environment.ts";
import { unitNamed } from "../units/unit-named.ts";
import type { UnitStore } from "../units/unit.ts";
import type { AccessStore } from "./access-store.ts";
import type { GrantPlace } from "./given-grant.ts";
import type { NotThere } from "./problem.ts";

export interface PlaceDeps {
  readonly access: Pick<AccessStore, "target">;
  readonly units: Pick<UnitStore, "find">;
}

interface FoundPlace {
  readonly reach: Omit<GrantReach, "organisationId">;
  /** The unit that all of it is in now, also when the grant does not name it. */
  readonly insideUnit: string | null;
}

/** What the keys of a place stand for. */
export async function placeOfGrant(
  organisationId: string,
  { unit, project, environment, tag }: GrantPlace,
  deps: PlaceDeps,
): Promise<Result<FoundPlace, NotThere | PlaceProblem>> {
  const inUnit = await unitNamed(organisationId, unit, deps);
  if (!inUnit.ok) return inUnit;
  const unitId = inUnit.value?.id ?? null;
  if (project === null) {
    const reach = { unitId, projectId: null, environmentId: null, tag };
    return ok({ reach, insideUnit: unitId });
  }
  const name = { project, environment: environment ?? undefined, flag: undefined };
  const target = await targetOfPlace({ organisationId, ...name }, deps);
  if (!target.ok) return target;
  const { projectId, environmentId, unitId: insideUnit } = target.value;
  return ok({ reach: { unitId, projectId, environmentId, tag }, insideUnit });
}

/** What a request would be aimed at, by keys; without a project, the organisation itself. */
export async function targetOfPlace(
  name: {
    readonly organisationId: string;
    readonly project: string | undefined;
    readonly environment: string | undefined;
    readonly flag: string | undefined;
  },
  { access }: { readonly access: Pick<AccessStore, "target"> },
): Promise<Result<Target, PlaceProblem>> {
  const { organisationId, project, environment } = name;
  if (project === undefined) return ok(organisationTarget(organisationId));
  const target = await access.target({ ...name, project });
  if (target === "no-project") return err({ kind: "project-not-found", project });
  if (target === "no-environment") {
    return err({ kind: "environment-not-found", project, environment: environment ?? "" });
  }
  return ok(target);
}
