import type { Result } from "../../core/result.ts";
import type { ThereAlready } from "../access/problem.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import { insertKeyed } from "../keyed.ts";
import type { Unit, UnitStore } from "./unit.ts";

export async function createUnit(
  input: { readonly key: string; readonly name: string; readonly caller: Caller },
  deps: { readonly units: Pick<UnitStore, "insert">; readonly now: () => number },
): Promise<Result<Unit, ThereAlready>> {
  const { key, name, caller } = input;
  const { organisationId, commandId } = caller;
  const now = deps.now();
  const versioned = { version: 1, createdAtMs: now, updatedAtMs: now };
  const unit: Unit = { id: derivedId(commandId), organisationId, key, name, ...versioned };
  return insertKeyed({ kind: "unit", id: unit.id, name: key }, unit, caller, deps.units);
}
