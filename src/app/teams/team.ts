import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { Keyed, KeyedStore } from "../keyed.ts";

/** People who have grants together. */
export interface Team extends Keyed {
  readonly id: string;
  /** The unit that it is part of, whose grants its people have too; `null`: none. */
  readonly unit: { readonly id: string; readonly key: string } | null;
}

export interface TeamPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the Unix epoch. */
  readonly joinedAtMs: number;
}

export interface TeamStore extends KeyedStore<Team> {
  /** Keys of the organisation's teams that the person is in, in order. */
  ofPerson(organisationId: string, personId: string): Promise<readonly string[]>;
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
