import { beyond } from "../../core/access/can.ts";
import { GOVERNING_SCOPES, wholeReach } from "../../core/access/handing-on.ts";
import type { Scope } from "../../core/access/scopes.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type { MemberStore } from "../identity/invitation.ts";
import type { GrantStore } from "./given-grant.ts";
import { asExpected, raced, unlessTooMighty } from "./problem.ts";
import type { Changed, InUse, NotThere, TooMighty } from "./problem.ts";
import type { Role, RoleStore } from "./role.ts";
import { shutOut, type ShutsOut } from "./shut-out.ts";

export interface RoleChange {
  readonly role: string;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

export interface ChangeRoleDeps {
  readonly roles: RoleStore;
  readonly grants: Pick<GrantStore, "denying">;
  readonly members: Pick<MemberStore, "find">;
  readonly now: () => number;
}

/**
 * Absent fields stay as they are. What is added is given to everybody who has the role, and what is
 * taken may be taken from a deny: either needs the scopes in the whole organisation. What is added
 * is also denied by every deny of the role, so that each must be one that could be given.
 */
export async function patchRole(
  change: RoleChange,
  patch: Partial<Pick<Role, "name" | "description" | "scopes">>,
  deps: ChangeRoleDeps,
): Promise<Result<Role, NotThere | Changed | TooMighty | ShutsOut>> {
  const { role: key, expectedVersion, caller } = change;
  const { organisationId, access } = caller;
  const named = { what: "role", key } as const;
  const found = asExpected(named, expectedVersion, await deps.roles.find(organisationId, key));
  if (!found.ok) return found;
  const before = found.value;
  const now = deps.now();
  const after = { ...before, ...patch, version: before.version + 1, updatedAtMs: now };
  const added = after.scopes.filter((scope) => !before.scopes.includes(scope));
  const differing = [...added, ...before.scopes.filter((scope) => !after.scopes.includes(scope))];
  const mayGive = unlessTooMighty(beyond(access, differing, wholeReach(organisationId)));
  if (!mayGive.ok) return mayGive;
  const shut = await shutOutByDenies(key, added, caller, deps);
  if (shut.length > 0) return err({ kind: "shuts-out", scopes: shut });
  const entry = auditDraft(caller, {
    action: "role.change",
    target: { kind: "role", id: key, name: after.name },
    detail: { before, after },
    atMs: now,
  });
  const updated = await deps.roles.update(after, entry);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}

/** What the role's denies would newly take from those who govern the organisation. */
async function shutOutByDenies(
  role: string,
  added: readonly Scope[],
  { organisationId }: Caller,
  { grants, members }: Pick<ChangeRoleDeps, "grants" | "members">,
): Promise<readonly Scope[]> {
  if (!added.some((scope) => GOVERNING_SCOPES.includes(scope))) return [];
  for (const deny of await grants.denying(organisationId, role)) {
    const shut = await shutOut({ ...deny, scopes: added }, { organisationId }, { members });
    if (shut.length > 0) return shut;
  }
  return [];
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
