import { checkCertificate } from "../../../src/adapters/auth/saml-signature.ts";
import { createProviderFetch } from "../../../src/adapters/auth/sso-fetch.ts";
import { createOidcProtocol } from "../../../src/adapters/auth/sso-oidc.ts";
import { createSamlProtocol } from "../../../src/adapters/auth/sso-saml.ts";
import { derivedKeyring, type Keyring } from "../../../src/adapters/crypto/envelope.ts";
import { createD1AccessStore } from "../../../src/adapters/d1/access-store.ts";
import { createD1AdmissionDesk } from "../../../src/adapters/d1/admission-desk.ts";
import { resolveOverHttps } from "../../../src/adapters/fetch/resolve-over-https.ts";
import type { AuditLog } from "../../../src/adapters/d1/audit-log.ts";
import { createD1IdentityProviderStore } from "../../../src/adapters/d1/identity-provider-store.ts";
import { createD1ProvisioningStore } from "../../../src/adapters/d1/provisioning-store.ts";
import { createD1ProvisioningTokenStore } from "../../../src/adapters/d1/provisioning-token-store.ts";
import { createD1SignInStore } from "../../../src/adapters/d1/sign-in-store.ts";
import { isAboveProviders } from "../../../src/app/identity/above-providers.ts";
import type { ProviderDeps } from "../../../src/app/identity/change-provider.ts";
import type { SignInDeps } from "../../../src/app/identity/sign-in-by-provider.ts";
import type { ProvisionDeps } from "../../../src/app/provisioning/provision-people.ts";
import type { ProvisioningTokenDeps } from "../../../src/app/provisioning/provisioning-token.ts";
import { authSecretOf } from "./auth-secret.ts";
import type { IdentityEnv } from "./identity-env.ts";

/** What single sign-on needs of the bindings. */
export interface SsoEnv extends IdentityEnv {
  /**
   * Origins of identity providers in one's own network, such as `https://login.corp.internal`,
   * separated by commas. All others must be public.
   */
  readonly IDENTITY_ORIGINS?: string;
}

type Made = Pick<SignInDeps, "now" | "randomBytes"> & { readonly newId: () => string };

export type SsoServices = Omit<ProviderDeps, "now" | "roles"> &
  Omit<SignInDeps, "now" | "randomBytes"> &
  Pick<ProvisionDeps, "provisioning"> &
  Pick<ProvisioningTokenDeps, "provisioningTokens">;

export function createSsoServices(env: SsoEnv, audit: AuditLog, { newId }: Made): SsoServices {
  const keyring = (): Promise<Keyring> =>
    derivedKeyring(authSecretOf(env), "secrets of identity providers");
  const access = createD1AccessStore(env.DB);
  return {
    identityProviders: createD1IdentityProviderStore(env.DB, audit),
    signIns: createD1SignInStore(env.DB),
    admissions: createD1AdmissionDesk(env.DB, {
      ...audit,
      newId,
      isAboveProviders: async (id, organisationId) => {
        const grants = await access.grantsOf({ kind: "person", id, organisationId });
        return isAboveProviders(grants, organisationId, access);
      },
    }),
    provisioning: createD1ProvisioningStore(env.DB, { ...audit, newId }),
    provisioningTokens: createD1ProvisioningTokenStore(env.DB, audit),
    protocols: {
      oidc: createOidcProtocol({ fetch: createProviderFetch(fetchDeps(env)), keyring }),
      saml: createSamlProtocol(),
    },
    sealSecret: async (secret, providerId) => (await keyring()).seal(secret, providerId),
    certificateFault: async (pem) => {
      const checked = await checkCertificate(pem);
      return checked.ok ? null : checked.error;
    },
  };
}

const ask = (url: string, init: RequestInit) => fetch(url, init);

const fetchDeps = ({ IDENTITY_ORIGINS: origins = "" }: SsoEnv) => ({
  fetch: ask,
  // Where no origin of one's own is named, the platform reaches public addresses alone, whatever a
  // name says: Cloudflare by its nature, a runtime of one's own by scripts/self-host/outgoing.ts.
  resolve: origins === "" ? null : resolveOverHttps(ask),
  ownOrigins: origins
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== ""),
});
