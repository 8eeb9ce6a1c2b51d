import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";

/** People who have grants together. */
export interface Team {
  readonly id: string;
  readonly organisationId: string;
  /** Unique in the organisation; never changes. */
  readonly key: string;
  readonly name: string;
  /** The unit that it is part of, whose grants its people have too; `null`: none. */
  readonly unit: { readonly id: string; readonly key: string } | null;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface TeamPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the Unix epoch. */
  readonly joinedAtMs: number;
}

/** Each change is done together with the entry that tells of it, or not at all. */
export interface TeamStore {
  find(organisationId: string, key: string): Promise<Team | undefined>;
  /** Ordered by key; the cursor is the last key. */
  list(organisationId: string, page: PageRequest): Promise<Page<Team>>;
  /** Keys of the organisation's teams that the person is in, in order. */
  ofPerson(organisationId: string, personId: string): Promise<readonly string[]>;
  insert(team: Team, entry: AuditDraft): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the version first. */
  update(team: Team, entry: AuditDraft): Promise<"committed" | "raced">;
  /** With the memberships of its people. */
  remove(team: Team, entry: AuditDraft): Promise<"committed" | "raced">;
  /** By id; the cursor is the last id. */
  people(team: Team, page: PageRequest): Promise<Page<TeamPerson>>;
  has(team: Team, personId: string): Promise<boolean>;
  /** `"exists"` when the person is in it. */
  add(
    team: Team,
    person: { readonly id: string; readonly atMs: number },
    entry: AuditDraft,
  ): Promise<"committed" | "exists">;
  take(team: Team, personId: string, entry: AuditDraft): Promise<void>;
}
