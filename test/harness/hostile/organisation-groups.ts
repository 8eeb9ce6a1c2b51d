import type { EndpointDefinition, Method } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import type { Group } from "./group.ts";

const ofOrganisation = Object.values<EndpointDefinition>(endpoints).filter(
  ({ path, tag }) =>
    path.startsWith("/api/v1/") &&
    !path.startsWith("/api/v1/projects") &&
    !path.startsWith("/api/v1/dead-letters") &&
    tag !== "system",
);

/** A stream that is followed would not end. */
const pathOf = ({ path, response }: EndpointDefinition) =>
  path.replaceAll(/:\w+/g, "none") + (response.stream === true ? "?cursor=none" : "");

function groupOf(rows: readonly EndpointDefinition[]): Group {
  return {
    methods: [...new Set<Method>(rows.map(({ method }) => method))],
    paths: rows.map(pathOf),
    bodies: [{}, ...rows.flatMap(({ request }) => (request ? [request.example] : []))],
  };
}

/** The routes about an organisation, its people and programs; what is sent are rows' examples. */
export const organisationGroups: Readonly<Record<string, Group>> = {
  "reading an organisation": groupOf(ofOrganisation.filter(({ method }) => method === "GET")),
  "changing an organisation": groupOf(ofOrganisation.filter(({ method }) => method !== "GET")),
};

/** Ways in, which take no token. */
export const signInGroups: Readonly<Record<string, Group>> = {
  "signing in": {
    by: "page",
    methods: ["GET", "POST"],
    paths: [
      "/api/auth/sign-in/email",
      "/api/auth/sign-in/sso",
      "/api/auth/invitations/accept",
      "/api/auth/session",
      "/api/auth/two-factor/verify-totp",
      "/api/auth/sso/saml2/none",
      "/api/auth/sso/oidc/none?code=a&state=b",
      "/welcome",
    ],
    bodies: [
      { email: "ada@example.com", password: "correct horse battery" },
      { token: "0".repeat(64), name: "Ada", password: "correct horse battery" },
      { code: "000000" },
    ],
  },
  provisioning: {
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    paths: [
      "/scim/v2/Users",
      "/scim/v2/Users?filter=userName%20eq%20%22ada%22",
      "/scim/v2/Users/none",
      "/scim/v2/Groups",
      "/scim/v2/Groups/none",
      "/scim/v2/ServiceProviderConfig",
    ],
    bodies: [
      { userName: "ada@example.com", active: true },
      { Operations: [{ op: "replace", path: "active", value: false }] },
    ],
  },
};
