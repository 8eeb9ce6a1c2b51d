import { asExpected } from "../../../src/app/access/problem.ts";
import { createOrganisation } from "../../../src/app/organisations/create-organisation.ts";
import { listOrganisations } from "../../../src/app/organisations/list-organisations.ts";
import type { Organisation } from "../../../src/app/organisations/organisation.ts";
import { patchOrganisation } from "../../../src/app/organisations/patch-organisation.ts";
import { featuresOf } from "../../../src/core/access/edition.ts";
import { settled } from "../http/access-problem.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

export const organisationResponse = (organisation: Organisation) => ({
  ...organisation,
  features: featuresOf(organisation.edition),
});

const answer = (organisation: Organisation) => ({
  body: organisationResponse(organisation),
  version: organisation.version,
});

export const organisationHandlers: HandlersOf<"organisations"> = {
  "organisations.list": async ({ query, caller }, services) => {
    const page = await listOrganisations(caller, keyPageRequest(query), services);
    return { body: keyPage(page, organisationResponse) };
  },

  "organisations.create": async ({ body, caller }, services) => {
    const input = { ...body, owner: body.owner ?? null, caller };
    return answer(settled(await createOrganisation(input, services)));
  },

  "organisations.get": async ({ caller: { organisationId: key } }, { organisations }) => {
    const named = { what: "organisation", key } as const;
    return answer(settled(asExpected(named, "any", await organisations.find(key))));
  },

  "organisations.patch": async ({ body, expectedVersion, caller }, services) => {
    const input = { patch: body, expectedVersion, caller };
    return answer(settled(await patchOrganisation(input, services)));
  },
};
