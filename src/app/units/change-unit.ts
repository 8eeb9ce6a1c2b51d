import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { asExpected, raced } from "../access/problem.ts";
import type { Changed, InUse, NotThere } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type { Unit, UnitStore } from "./unit.ts";

export interface UnitChange {
  readonly unit: string;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface ChangeUnitDeps {
  readonly units: UnitStore;
  readonly now: () => number;
}

export async function renameUnit(
  { unit: key, expectedVersion, caller }: UnitChange,
  name: string,
  deps: ChangeUnitDeps,
): Promise<Result<Unit, NotThere | Changed>> {
  const named = { what: "unit", key } as const;
  const there = await deps.units.find(caller.organisationId, key);
  const found = asExpected(named, expectedVersion, there);
  if (!found.ok) return found;
  const before = found.value;
  const now = deps.now();
  const after = { ...before, name, version: before.version + 1, updatedAtMs: now };
  const entry = auditDraft(caller, {
    action: "unit.change",
    target: { kind: "unit", id: before.id, name: key },
    detail: { before, after },
    atMs: now,
  });
  const updated = await deps.units.update(after, entry);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}

/** Refused while a project or team belongs to it, or a grant names it. */
export async function deleteUnit(
  { unit: key, expectedVersion, caller }: UnitChange,
  deps: ChangeUnitDeps,
): Promise<Result<Unit, NotThere | Changed | InUse>> {
  const named = { what: "unit", key } as const;
  const there = await deps.units.find(caller.organisationId, key);
  const found = asExpected(named, expectedVersion, there);
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
