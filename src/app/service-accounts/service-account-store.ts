import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { ServiceAccount } from "./service-account.ts";

/** Each change is done together with the entry that tells of it, or not at all. */
export interface ServiceAccountStore {
  /** Knows no deleted ones. */
  find(organisationId: string, id: string): Promise<ServiceAccount | undefined>;
  /** Newest first, without deleted ones. */
  list(organisationId: string, page: PageRequest): Promise<Page<ServiceAccount>>;
  /** `"exists"` when one has the id, `"name-taken"` when one has the name. */
  insert(
    account: ServiceAccount,
    entry: AuditDraft,
  ): Promise<"committed" | "exists" | "name-taken">;
  /** `"raced"` when another writer took the version first. */
  update(account: ServiceAccount, entry: AuditDraft): Promise<"committed" | "name-taken" | "raced">;
  /** Revokes its tokens and drops its grants with it. */
  remove(account: ServiceAccount, entry: AuditDraft): Promise<"committed" | "raced">;
}
