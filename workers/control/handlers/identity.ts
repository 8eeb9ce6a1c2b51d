import { oidcRedirectPath } from "../../../src/adapters/auth/sso-oidc.ts";
import { samlEntityPath, samlReceivingPath } from "../../../src/adapters/auth/sso-saml.ts";
import {
  createProvider,
  deleteProvider,
  getProvider,
  patchProvider,
} from "../../../src/app/identity/change-provider.ts";
import type { IdentityProvider } from "../../../src/app/identity/identity-provider.ts";
import { provided } from "../http/provider-problem.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

const ID = /^[0-9a-f]{16}$/;

const toResponse = ({ organisationId: _organisationId, ...provider }: IdentityProvider) => ({
  ...provider,
  addresses: addressesOf(provider),
});

const addressesOf = ({ id, settings }: Pick<IdentityProvider, "id" | "settings">) =>
  settings.kind === "oidc"
    ? { redirectUri: oidcRedirectPath(id), assertionConsumerService: null, entityId: null }
    : {
        redirectUri: null,
        assertionConsumerService: samlReceivingPath(id),
        entityId: samlEntityPath(id),
      };

const answer = (provider: IdentityProvider) => ({
  body: toResponse(provider),
  version: provider.version,
});

export const identityHandlers: HandlersOf<"identity"> = {
  "identity.list": async ({ query, caller }, { identityProviders }) => {
    const page = keyPageRequest(query, ID);
    return { body: keyPage(await identityProviders.list(caller.organisationId, page), toResponse) };
  },

  "identity.create": async ({ body, caller }, services) => {
    const { clientSecret, ...content } = body;
    return answer(provided(await createProvider(content, clientSecret, caller, services)));
  },

  "identity.get": async ({ params, caller }, services) =>
    answer(provided(await getProvider(params.provider, caller, services))),

  "identity.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const { clientSecret: secret, ...patch } = body;
    const input = { ...params, patch, secret, expectedVersion, caller };
    return answer(provided(await patchProvider(input, services)));
  },

  "identity.delete": async ({ params, expectedVersion, caller }, services) => {
    const input = { ...params, expectedVersion, caller };
    const { id } = provided(await deleteProvider(input, services));
    return { body: { id } };
  },
};
