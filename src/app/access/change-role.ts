import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/handing-on.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { asExpected, raced, unlessTooMighty } from "./problem.ts";
import type { Changed, InUse, NotThere, TooMighty } from "./problem.ts";
import type { Role, RoleStore } from "./role.ts";

export interface RoleChange {
  readonly role: string;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface ChangeRoleDeps {
  readonly roles: RoleStore;
  readonly now: () => number;
}

/**
 * Absent fields stay as they are. What is added is given to everybody who has the role, and what is
 * taken may be taken from a deny: either needs the scopes in the whole organisation.
 */
export async function patchRole(
  change: RoleChange,
  patch: Partial<Pick<Role, "name" | "description" | "scopes">>,
  deps: ChangeRoleDeps,
): Promise<Result<Role, NotThere | Changed | TooMighty>> {
  const { role: key, expectedVersion, caller } = change;
  const { organisationId, access } = caller;
  const named = { what: "role", key } as const;
  const found = asExpected(named, expectedVersion, await deps.roles.find(organisationId, key));
  if (!found.ok) return found;
  const before = found.value;
  const now = deps.now();
  const after = { ...before, ...patch, version: before.version + 1, updatedAtMs: now };
  const differing = [
    ...after.scopes.filter((scope) => !before.scopes.includes(scope)),
    ...before.scopes.filter((scope) => !after.scopes.includes(scope)),
  ];
  const mayGive = unlessTooMighty(beyond(access, differing, wholeReach(organisationId)));
  if (!mayGive.ok) return mayGive;
  const entry = auditDraft(caller, {
    action: "role.change",
    target: { kind: "role", id: key, name: after.name },
    detail: { before, after },
    atMs: now,
  });
  const updated = await deps.roles.update(after, entry);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}

/** Refused while anybody has the role, or would get it. */
export async function deleteRole(
  { role: key, expectedVersion, caller }: RoleChange,
  deps: ChangeRoleDeps,
): Promise<Result<Role, NotThere | Changed | InUse>> {
  const named = { what: "role", key } as const;
  const there = await deps.roles.find(caller.organisationId, key);
  const found = asExpected(named, expectedVersion, there);
  if (!found.ok) return found;
  const before = found.value;
  const usedBy = await deps.roles.usesOf(before);
  if (usedBy.length > 0) return err({ kind: "in-use", ...named, usedBy });
  const entry = auditDraft(caller, {
    action: "role.delete",
    target: { kind: "role", id: key, name: before.name },
    detail: { before },
    atMs: deps.now(),
  });
  const removed = await deps.roles.remove(before, entry);
  return removed === "raced" ? raced(named, before.version) : ok(before);
}
