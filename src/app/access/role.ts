import type { Scope } from "../../core/access/scopes.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";

/** A name for scopes that an organisation made for itself. */
export interface Role {
  readonly organisationId: string;
  /** Never changes; no built-in role has it. */
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly scopes: readonly Scope[];
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Each change is done together with the entry that tells of it, or not at all. */
export interface RoleStore {
  find(organisationId: string, key: string): Promise<Role | undefined>;
  /** Ordered by key; the cursor is the last key. */
  list(organisationId: string, page: PageRequest): Promise<Page<Role>>;
  insert(role: Role, entry: AuditDraft): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the version first. */
  update(role: Role, entry: AuditDraft): Promise<"committed" | "raced">;
  remove(role: Role, entry: AuditDraft): Promise<"committed" | "raced">;
  /** Who has the role, or would get it, for people to read. */
  usesOf(role: Role): Promise<readonly string[]>;
}
