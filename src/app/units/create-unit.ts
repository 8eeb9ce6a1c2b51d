import { err, ok, type Result } from "../../core/result.ts";
import type { ThereAlready } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
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
  const entry = auditDraft(caller, {
    action: "unit.create",
    target: { kind: "unit", id: unit.id, name: key },
    detail: { after: unit },
    atMs: now,
  });
  const inserted = await deps.units.insert(unit, entry);
  return inserted === "exists" ? err({ kind: "there-already", what: "unit", key }) : ok(unit);
}
