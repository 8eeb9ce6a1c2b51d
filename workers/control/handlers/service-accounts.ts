import {
  deleteServiceAccount,
  disableServiceAccount,
  enableServiceAccount,
  patchServiceAccount,
} from "../../../src/app/service-accounts/change-service-account.ts";
import { createServiceAccount } from "../../../src/app/service-accounts/create-service-account.ts";
import { findServiceAccount } from "../../../src/app/service-accounts/find-service-account.ts";
import type { ServiceAccount } from "../../../src/app/service-accounts/service-account.ts";
import { granted } from "../http/token-problem.ts";
import { withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

/** When an account was made, and its id. */
const PLACES = /^\d{1,16}\.[0-9a-z]{8,32}$/;

function toResponse(account: ServiceAccount) {
  const { organisationId: _, ...shown } = account;
  return shown;
}

const answer = (account: ServiceAccount) => ({
  body: toResponse(account),
  version: account.version,
});

export const serviceAccountHandlers: HandlersOf<"service-accounts"> = {
  "service-accounts.list": async ({ query, caller }, { serviceAccounts }) => {
    const page = keyPageRequest(query, PLACES);
    return { body: keyPage(await serviceAccounts.list(caller.organisationId, page), toResponse) };
  },

  "service-accounts.create": async ({ body, caller }, services) => {
    const input = { name: body.name, description: body.description ?? null, caller };
    return answer(granted(await createServiceAccount(input, services)));
  },

  "service-accounts.get": async ({ params, caller }, services) => {
    const { organisationId } = caller;
    return answer(
      granted(await findServiceAccount(organisationId, params.serviceAccount, services)),
    );
  },

  "service-accounts.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const change = { ...params, expectedVersion, caller };
    return answer(granted(await patchServiceAccount(change, body, services)));
  },

  "service-accounts.disable": async ({ params, body, expectedVersion, caller }, services) => {
    const change = { ...params, expectedVersion, caller: withReason(caller, body) };
    return answer(granted(await disableServiceAccount(change, services)));
  },

  "service-accounts.enable": async ({ params, body, expectedVersion, caller }, services) => {
    const change = { ...params, expectedVersion, caller: withReason(caller, body) };
    return answer(granted(await enableServiceAccount(change, services)));
  },

  "service-accounts.delete": async ({ params, expectedVersion, caller }, services) => {
    const change = { ...params, expectedVersion, caller };
    const { id, version } = granted(await deleteServiceAccount(change, services));
    return { body: { id }, version };
  },
};
