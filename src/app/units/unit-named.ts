import { ok, type Result } from "../../core/result.ts";
import { notThere, type NotThere } from "../access/problem.ts";
import type { Unit, UnitStore } from "./unit.ts";

/** The unit of that key; `null` for none. */
export async function unitNamed(
  organisationId: string,
  key: string | null,
  { units }: { readonly units: Pick<UnitStore, "find"> },
): Promise<Result<Pick<Unit, "id" | "key"> | null, NotThere>> {
  if (key === null) return ok(null);
  const unit = await units.find(organisationId, key);
  return unit === undefined ? notThere("unit", key) : ok({ id: unit.id, key });
}
