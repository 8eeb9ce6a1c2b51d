import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import { isBuiltInRole } from "../../core/access/roles.ts";
import type { Scope } from "../../core/access/scopes.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { insertKeyed } from "../keyed.ts";
import { thereAlready, unlessTooMighty, type ThereAlready, type TooMighty } from "./problem.ts";
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
  if (isBuiltInRole(key)) return thereAlready("role", key);
  const mayGive = unlessTooMighty(beyond(access, scopes, wholeReach(organisationId)));
  if (!mayGive.ok) return mayGive;
  const now = deps.now();
  const versioned = { version: 1, createdAtMs: now, updatedAtMs: now };
  const role: Role = { organisationId, key, name, description, scopes, ...versioned };
  return insertKeyed({ kind: "role", id: key, name }, role, caller, deps.roles);
}
