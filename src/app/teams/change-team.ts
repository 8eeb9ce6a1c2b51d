import { err, ok, type Result } from "../../core/result.ts";
import type { GrantStore } from "../access/given-grant.ts";
import { unlessTooMighty } from "../access/problem.ts";
import type { InUse, NotThere, TooMighty } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { raced, type Changed } from "../expected-version.ts";
import { findExpected, updateKeyed, type KeyedChange } from "../keyed.ts";
import { unitNamed } from "../units/unit-named.ts";
import type { UnitStore } from "../units/unit.ts";
import { cannotBring, cannotRelease, grantsOfTeam, isIn } from "./team-access.ts";
import type { Team, TeamStore } from "./team.ts";

export interface ChangeTeamDeps {
  readonly teams: TeamStore;
  readonly units: Pick<UnitStore, "find">;
  readonly grants: Pick<GrantStore, "hangingOn">;
  readonly now: () => number;
}

/** Absent fields stay as they are. Moving a team to another unit changes what its people may do. */
export async function patchTeam(
  change: KeyedChange,
  patch: { readonly name?: string; readonly unit?: string | null },
  deps: ChangeTeamDeps,
): Promise<Result<Team, NotThere | Changed | TooMighty>> {
  const { caller } = change;
  const { organisationId } = caller;
  const found = await findExpected("team", change, deps.teams);
  if (!found.ok) return found;
  const before = found.value;
  const unit =
    patch.unit === undefined ? ok(before.unit) : await unitNamed(organisationId, patch.unit, deps);
  if (!unit.ok) return unit;
  const now = deps.now();
  const after: Team = {
    ...before,
    name: patch.name ?? before.name,
    unit: unit.value,
    version: before.version + 1,
    updatedAtMs: now,
  };
  const mayMove = unlessTooMighty(await cannotMove(before, after, caller, deps));
  if (!mayMove.ok) return mayMove;
  const target = { kind: "team", id: before.id, name: before.key } as const;
  return updateKeyed(target, { before, after }, caller, deps.teams);
}

async function cannotMove(before: Team, after: Team, caller: Caller, deps: ChangeTeamDeps) {
  if (before.unit?.id === after.unit?.id) return [];
  const [lost, got] = await Promise.all([grantsOfTeam(before, deps), grantsOfTeam(after, deps)]);
  const isOwn = await isIn(before, caller, deps);
  const ofUnit = (team: Team, given: typeof lost) =>
    given.filter(({ to }) => to.kind === "unit" && to.id === team.unit?.id);
  return [
    ...cannotRelease(ofUnit(before, lost), caller, isOwn),
    ...cannotBring(ofUnit(after, got), caller),
  ];
}

/** Refused while grants hang on it, so that nobody loses or gains by it unawares. */
export async function deleteTeam(
  change: KeyedChange,
  deps: ChangeTeamDeps,
): Promise<Result<Team, NotThere | Changed | InUse | TooMighty>> {
  const { key, caller } = change;
  const found = await findExpected("team", change, deps.teams);
  if (!found.ok) return found;
  const before = found.value;
  const given = await grantsOfTeam(before, deps);
  const usedBy = given.filter(({ to }) => to.kind === "team").map(({ id }) => `grant ${id}`);
  const named = { what: "team", key } as const;
  if (usedBy.length > 0) return err({ kind: "in-use", ...named, usedBy });
  const isOwn = await isIn(before, caller, deps);
  const mayRelease = unlessTooMighty(cannotRelease(given, caller, isOwn));
  if (!mayRelease.ok) return mayRelease;
  const entry = auditDraft(caller, {
    action: "team.delete",
    target: { kind: "team", id: before.id, name: key },
    detail: { before },
    atMs: deps.now(),
  });
  const removed = await deps.teams.remove(before, entry);
  return removed === "raced" ? raced(named, before.version) : ok(before);
}
