import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/handing-on.ts";
import { isBuiltInRole } from "../../core/access/roles.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { unlessTooMighty, type ThereAlready, type TooMighty } from "./problem.ts";
import type { Role, RoleStore } from "./role.ts";

export interface CreateRoleInput {
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly scopes: readonly Scope[];
  readonly caller: Caller;
}

/** Makes a role of what the caller may do in the whole organisation, or part of it. */
export async function createRole(
  { key, name, description, scopes, caller }: CreateRoleInput,
  deps: { readonly roles: Pick<RoleStore, "insert">; readonly now: () => number },
): Promise<Result<Role, ThereAlready | TooMighty>> {
  const { organisationId, access } = caller;
  if (isBuiltInRole(key)) return err({ kind: "there-already", what: "role", key });
  const mayGive = unlessTooMighty(beyond(access, scopes, wholeReach(organisationId)));
  if (!mayGive.ok) return mayGive;
  const now = deps.now();
  const versioned = { version: 1, createdAtMs: now, updatedAtMs: now };
  const role: Role = { organisationId, key, name, description, scopes, ...versioned };
  const entry = auditDraft(caller, {
    action: "role.create",
    target: { kind: "role", id: key, name },
    detail: { after: role },
    atMs: now,
  });
  const inserted = await deps.roles.insert(role, entry);
  return inserted === "exists" ? err({ kind: "there-already", what: "role", key }) : ok(role);
}
