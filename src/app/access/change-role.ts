import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import { GOVERNING_SCOPES } from "../../core/access/handing-on.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { raced, type Changed } from "../expected-version.ts";
import type { MemberStore } from "../identity/invitation.ts";
import { findExpected, updateKeyed, type KeyedChange } from "../keyed.ts";
import type { GrantStore } from "./given-grant.ts";
import { unlessTooMighty } from "./problem.ts";
import type { InUse, NotThere, TooMighty } from "./problem.ts";
import type { Role, RoleStore } from "./role.ts";
import { shutOut, type ShutsOut } from "./shut-out.ts";

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
  change: KeyedChange,
  patch: Partial<Pick<Role, "name" | "description" | "scopes">>,
  deps: ChangeRoleDeps,
): Promise<Result<Role, NotThere | Changed | TooMighty | ShutsOut>> {
  const { key, caller } = change;
  const { organisationId, access } = caller;
  const found = await findExpected("role", change, deps.roles);
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
  const target = { kind: "role", id: key, name: after.name } as const;
  return updateKeyed(target, { before, after }, caller, deps.roles);
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
  change: KeyedChange,
  deps: ChangeRoleDeps,
): Promise<Result<Role, NotThere | Changed | InUse>> {
  const named = { what: "role", key: change.key } as const;
  const found = await findExpected("role", change, deps.roles);
  if (!found.ok) return found;
  const before = found.value;
  const usedBy = await deps.roles.usesOf(before);
  if (usedBy.length > 0) return err({ kind: "in-use", ...named, usedBy });
  const entry = auditDraft(change.caller, {
    action: "role.delete",
    target: { kind: "role", id: change.key, name: before.name },
    detail: { before },
    atMs: deps.now(),
  });
  const removed = await deps.roles.remove(before, entry);
  return removed === "raced" ? raced(named, before.version) : ok(before);
}
