import type { AuditDraft } from "../../core/audit/entry.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { RoleRules } from "../../core/identity/role-rules.ts";

/** Somebody who may say, for one organisation, who signs in. */
export interface IdentityProvider {
  /** 16 lower-case hexadecimal digits; part of the addresses that the provider is set up with. */
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  /** It speaks for people whose e-mail address is in one of them. Lower case. */
  readonly domains: readonly string[];
  readonly settings: ProviderSettings;
  readonly roles: RoleRules;
  /** Nobody can sign in by it. */
  readonly disabled: boolean;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type ProviderSettings = OidcSettings | SamlSettings;

export interface OidcSettings {
  readonly kind: "oidc";
  /** As the provider's discovery document writes it, to the letter. */
  readonly issuer: string;
  readonly clientId: string;
  /** Besides `openid`, `email` and `profile`. */
  readonly scopes: readonly string[];
}

export interface SamlSettings {
  readonly kind: "saml";
  readonly entityId: string;
  /** Where people are sent to sign in (HTTP-Redirect). */
  readonly signInUrl: string;
  /** PEM. A response must be signed with the key of one of them. */
  readonly certificates: readonly string[];
}

/** A secret that is stored so that only this installation can read it. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: string;
}

export type ProviderCommit =
  | "committed"
  | "raced"
  | { readonly kind: "domain-taken"; readonly domain: string };

/** Each change is done together with the entry that tells of it, or not at all. */
export interface IdentityProviderStore {
  /** By id; the cursor is the last id. */
  list(organisationId: string, page: PageRequest): Promise<Page<IdentityProvider>>;
  find(organisationId: string, id: string): Promise<IdentityProvider | undefined>;
  /** `secret`: `undefined` leaves what is there. */
  insert(
    provider: IdentityProvider,
    secret: SealedSecret | undefined,
    entry: AuditDraft,
  ): Promise<ProviderCommit | "exists">;
  update(
    provider: IdentityProvider,
    secret: SealedSecret | undefined,
    entry: AuditDraft,
  ): Promise<ProviderCommit>;
  delete(provider: IdentityProvider, entry: AuditDraft): Promise<"committed" | "raced">;
}
