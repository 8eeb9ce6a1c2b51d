import type { Edition } from "../../core/access/edition.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";

export interface Organisation {
  readonly id: string;
  readonly name: string;
  /** What it is entitled to. */
  readonly edition: Edition;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Each change is done together with the entry that tells of it, or not at all. */
export interface OrganisationStore {
  find(id: string): Promise<Organisation | undefined>;
  /** Ordered by id; the cursor is the last id. */
  list(of: OrganisationFilter, page: PageRequest): Promise<Page<Organisation>>;
  /** With the first owner's membership. `"exists"`: the very same request made it before. */
  insert(
    organisation: Organisation,
    owner: { readonly personId: string; readonly memberId: string },
    entry: AuditDraft,
  ): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the version first. */
  update(organisation: Organisation, entry: AuditDraft): Promise<"committed" | "raced">;
}

export type OrganisationFilter =
  | { readonly kind: "all" }
  | { readonly kind: "of-person"; readonly personId: string }
  | { readonly kind: "one"; readonly id: string };
