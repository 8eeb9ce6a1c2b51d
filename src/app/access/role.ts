import type { Scope } from "../../core/access/scopes.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Keyed, KeyedStore } from "../keyed.ts";

/** A name for scopes that an organisation made for itself. No built-in role has its key. */
export interface Role extends Keyed {
  readonly description: string | null;
  readonly scopes: readonly Scope[];
}

export interface RoleStore extends KeyedStore<Role> {
  remove(role: Role, entry: AuditDraft): Promise<"committed" | "raced">;
  /** Who has the role, or would get it, for people to read. */
  usesOf(role: Role): Promise<readonly string[]>;
}
