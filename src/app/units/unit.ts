import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Keyed, KeyedStore } from "../keyed.ts";

/** A part of an organisation: projects and teams belong to it, and grants can hold in it alone. */
export interface Unit extends Keyed {
  readonly id: string;
}

export interface UnitStore extends KeyedStore<Unit> {
  /** The keys of all units, by id. */
  keys(organisationId: string): Promise<ReadonlyMap<string, string>>;
  remove(unit: Unit, entry: AuditDraft): Promise<"committed" | "raced" | "in-use">;
  /** What belongs to it or names it, for people to read. */
  usesOf(unit: Unit): Promise<readonly string[]>;
}
