import { ok, type Result } from "../../core/result.ts";
import type { TeamStore } from "../teams/team.ts";
import type { UnitStore } from "../units/unit.ts";
import type { GivenGrant, GrantStore } from "./given-grant.ts";
import { notThere, type NotThere } from "./problem.ts";

/** Whom a request names: people and service accounts by id, teams and units by key. */
export type PrincipalName =
  | { readonly kind: "person" | "service"; readonly id: string }
  | { readonly kind: "team" | "unit"; readonly key: string }
  | { readonly kind: "everyone" };

export interface PrincipalDeps {
  readonly teams: Pick<TeamStore, "find">;
  readonly units: Pick<UnitStore, "find">;
  readonly grants: Pick<GrantStore, "nameOf">;
}

/** Whom of the organisation it is. */
export async function principalNamed(
  organisationId: string,
  name: PrincipalName,
  deps: PrincipalDeps,
): Promise<Result<GivenGrant["to"], NotThere>> {
  if (name.kind === "everyone") return ok({ kind: "everyone", id: "", name: "everyone" });
  if ("id" in name) {
    const { kind, id } = name;
    const found = await deps.grants.nameOf(organisationId, { kind, id });
    const what = kind === "person" ? kind : "service-account";
    return found === undefined ? notThere(what, id) : ok({ kind, id, name: found });
  }
  const { kind, key } = name;
  const found =
    kind === "team"
      ? await deps.teams.find(organisationId, key)
      : await deps.units.find(organisationId, key);
  return found === undefined ? notThere(kind, key) : ok({ kind, id: found.id, name: key });
}
