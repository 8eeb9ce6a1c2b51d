import type { AuditDraft } from "../../core/audit/entry.ts";
import type { RoleRules } from "../../core/identity/role-rules.ts";
import type { ScimGroupContent, ScimUserContent } from "../../core/scim/content.ts";

/** A person that an organisation's directory may change: of its domains, and in it alone. */
export interface ProvisionedPerson extends ScimUserContent {
  readonly id: string;
  readonly role: string;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface ProvisionedGroup extends ScimGroupContent {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/**
 * Who has an address. `free`: nobody. `gone`: somebody who is in no organisation. `member`: somebody
 * of this one whom the directory may change. `elsewhere`: somebody whom it may not.
 */
export type AddressStanding =
  | { readonly kind: "free" | "member" | "elsewhere" }
  | { readonly kind: "gone"; readonly personId: string };

export interface RoleChange {
  readonly personId: string;
  readonly role: string;
}

/** Each change is done together with the entry that tells of it, or not at all. */
export interface ProvisioningStore {
  /** Ordered by id. `sole`: only whoever has this address. */
  people(organisationId: string, sole: string | null): Promise<readonly ProvisionedPerson[]>;
  person(organisationId: string, id: string): Promise<ProvisionedPerson | undefined>;
  /** The domains of the organisation's identity providers, each with its rules. */
  domains(organisationId: string): Promise<ReadonlyMap<string, RoleRules>>;
  standing(organisationId: string, address: string): Promise<AddressStanding>;
  /** Makes a person a member; `isNew`: nobody had the id before. */
  join(
    organisationId: string,
    person: ProvisionedPerson,
    isNew: boolean,
    entry: AuditDraft,
  ): Promise<"committed" | "taken">;
  /** Ends every session of a person who is not active any more. */
  change(
    organisationId: string,
    person: ProvisionedPerson,
    entry: AuditDraft,
  ): Promise<"committed" | "taken">;
  /**
   * Takes the person out of the organisation, with their teams and grants, switches them off and ends
   * their sessions.
   */
  remove(organisationId: string, personId: string, entry: AuditDraft): Promise<void>;
  groups(organisationId: string): Promise<readonly ProvisionedGroup[]>;
  saveGroup(
    organisationId: string,
    group: ProvisionedGroup,
    roles: readonly RoleChange[],
    entry: AuditDraft,
  ): Promise<"committed" | "taken">;
  removeGroup(
    organisationId: string,
    groupId: string,
    roles: readonly RoleChange[],
    entry: AuditDraft,
  ): Promise<void>;
}
