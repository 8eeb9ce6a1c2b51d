import type { Grant, GrantReach, GrantTag } from "../../core/access/grant.ts";
import type { Scope } from "../../core/access/scopes.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { Principal, PrincipalKind } from "./principal.ts";

/** On whom a grant hangs. */
export interface PrincipalRef {
  readonly kind: PrincipalKind;
  /** `""` for everyone. */
  readonly id: string;
}

/** A grant as it was given, with the names that people know its parts by. */
export interface GivenGrant {
  readonly id: string;
  readonly effect: Grant["effect"];
  readonly to: PrincipalRef & { readonly name: string };
  /** Built in, or the organisation's own; `null`: `scopes` were named one by one. */
  readonly role: string | null;
  /** What it allows or denies; of a role, what the role has now. */
  readonly scopes: readonly Scope[];
  readonly on: GrantReach;
  readonly place: GrantPlace;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
}

/** Where a grant holds, in keys; with all `null`, in the whole organisation. */
export interface GrantPlace {
  readonly unit: string | null;
  readonly project: string | null;
  readonly environment: string | null;
  readonly tag: GrantTag | null;
}

/** What is asked of a list; absent: any. */
export interface GrantFilter {
  readonly to?: PrincipalRef | undefined;
  readonly unitId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly environmentId?: string | undefined;
}

/** Grants are given and taken, never changed; each together with the entry that tells of it. */
export interface GrantStore {
  /** Of the organisation; those of the whole installation for `null`. */
  find(organisationId: string | null, id: string): Promise<GivenGrant | undefined>;
  /** Newest first; the cursor is the moment and id of the last one. */
  list(
    organisationId: string | null,
    filter: GrantFilter,
    page: PageRequest,
  ): Promise<Page<GivenGrant>>;
  /** Those that hang on any of these, in the organisation. */
  hangingOn(organisationId: string, on: readonly PrincipalRef[]): Promise<readonly GivenGrant[]>;
  /** Those of the organisation that deny what the role allows. */
  denying(organisationId: string, role: string): Promise<readonly GivenGrant[]>;
  /** All that hold for somebody: their own, and those of their teams, units and everyone. */
  heldBy(principal: Principal): Promise<readonly GivenGrant[]>;
  /** Name of a person or service account of the organisation; `undefined`: it has none such. */
  nameOf(
    organisationId: string,
    who: { readonly kind: "person" | "service"; readonly id: string },
  ): Promise<string | undefined>;
  insert(grant: GivenGrant, entry: AuditDraft): Promise<"committed" | "exists">;
  /** Taking twice changes nothing. */
  remove(grant: GivenGrant, entry: AuditDraft): Promise<void>;
}

/** As decisions see it. */
export const grantOf = ({ effect, scopes, on }: GivenGrant): Grant => ({ effect, scopes, on });
