import type { Principal } from "../access/principal.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { Token } from "./token.ts";

/** Each change is done together with the entry that tells of it, or not at all. */
export interface TokenStore {
  find(owner: Principal, id: string): Promise<Token | undefined>;
  /** Newest first, those that have ended included. */
  list(owner: Principal, page: PageRequest): Promise<Page<Token>>;
  insert(token: Token, entry: AuditDraft): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the old token's version first. */
  replace(
    old: Token,
    replacement: Token,
    entry: AuditDraft,
  ): Promise<"committed" | "exists" | "raced">;
  /** `"raced"` when another writer took the version first. */
  update(token: Token, entry: AuditDraft): Promise<"committed" | "raced">;
}
