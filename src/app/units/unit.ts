import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";

/** A part of an organisation: projects and teams belong to it, and grants can hold in it alone. */
export interface Unit {
  readonly id: string;
  readonly organisationId: string;
  /** Unique in the organisation; never changes. */
  readonly key: string;
  readonly name: string;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Each change is done together with the entry that tells of it, or not at all. */
export interface UnitStore {
  find(organisationId: string, key: string): Promise<Unit | undefined>;
  /** Ordered by key; the cursor is the last key. */
  list(organisationId: string, page: PageRequest): Promise<Page<Unit>>;
  /** The keys of all units, by id. */
  keys(organisationId: string): Promise<ReadonlyMap<string, string>>;
  insert(unit: Unit, entry: AuditDraft): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the version first. */
  update(unit: Unit, entry: AuditDraft): Promise<"committed" | "raced">;
  remove(unit: Unit, entry: AuditDraft): Promise<"committed" | "raced" | "in-use">;
  /** What belongs to it or names it, for people to read. */
  usesOf(unit: Unit): Promise<readonly string[]>;
}
