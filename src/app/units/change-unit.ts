import { err, ok, type Result } from "../../core/result.ts";
import type { InUse, NotThere } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import { raced, type Changed } from "../expected-version.ts";
import { findExpected, updateKeyed, type KeyedChange } from "../keyed.ts";
import type { Unit, UnitStore } from "./unit.ts";

export interface ChangeUnitDeps {
  readonly units: UnitStore;
  readonly now: () => number;
}

export async function renameUnit(
  change: KeyedChange,
  name: string,
  deps: ChangeUnitDeps,
): Promise<Result<Unit, NotThere | Changed>> {
  const found = await findExpected("unit", change, deps.units);
  if (!found.ok) return found;
  const before = found.value;
  const now = deps.now();
  const after = { ...before, name, version: before.version + 1, updatedAtMs: now };
  const target = { kind: "unit", id: before.id, name: before.key } as const;
  return updateKeyed(target, { before, after }, change.caller, deps.units);
}

/** Refused while a project or team belongs to it, or a grant names it. */
export async function deleteUnit(
  change: KeyedChange,
  deps: ChangeUnitDeps,
): Promise<Result<Unit, NotThere | Changed | InUse>> {
  const { key, caller } = change;
  const named = { what: "unit", key } as const;
  const found = await findExpected("unit", change, deps.units);
  if (!found.ok) return found;
  const before = found.value;
  const usedBy = await deps.units.usesOf(before);
  if (usedBy.length > 0) return err({ kind: "in-use", ...named, usedBy });
  const entry = auditDraft(caller, {
    action: "unit.delete",
    target: { kind: "unit", id: before.id, name: key },
    detail: { before },
    atMs: deps.now(),
  });
  const removed = await deps.units.remove(before, entry);
  if (removed === "in-use") {
    return err({ kind: "in-use", ...named, usedBy: await deps.units.usesOf(before) });
  }
  return removed === "raced" ? raced(named, before.version) : ok(before);
}
