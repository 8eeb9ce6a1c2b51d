import { GROUP, listResponse, MOST_ITEMS, USER } from "./scim-answer.ts";

const SERVICE_PROVIDER_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema";

const list = (items: readonly object[]) =>
  listResponse(items, { startIndex: 1, count: items.length }, (item) => item);

const attribute = (name: string, more: object = {}) => ({
  name,
  type: "string",
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: "readWrite",
  returned: "default",
  uniqueness: "none",
  ...more,
});

const references = (name: string, mutability: string) =>
  attribute(name, {
    type: "complex",
    multiValued: true,
    mutability,
    subAttributes: [attribute("value", { mutability })],
  });

/** What a directory can find out about this side, by path (RFC 7644, 4). */
export const SERVICE_PROVIDER: Readonly<Record<string, object>> = {
  "/ServiceProviderConfig": {
    schemas: [SERVICE_PROVIDER_CONFIG],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: MOST_ITEMS },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Provisioning token",
        description: "A token of POST /api/v1/provisioning-tokens, as bearer token.",
        primary: true,
      },
    ],
  },
  "/ResourceTypes": list([
    { schemas: [RESOURCE_TYPE], id: "User", name: "User", endpoint: "/Users", schema: USER },
    { schemas: [RESOURCE_TYPE], id: "Group", name: "Group", endpoint: "/Groups", schema: GROUP },
  ]),
  "/Schemas": list([
    {
      schemas: [SCHEMA],
      id: USER,
      name: "User",
      attributes: [
        attribute("userName", { required: true, uniqueness: "server" }),
        attribute("displayName"),
        attribute("externalId", { caseExact: true }),
        attribute("active", { type: "boolean" }),
        references("emails", "readOnly"),
        references("roles", "readOnly"),
        references("groups", "readOnly"),
      ],
    },
    {
      schemas: [SCHEMA],
      id: GROUP,
      name: "Group",
      attributes: [
        attribute("displayName", { required: true, uniqueness: "server" }),
        attribute("externalId", { caseExact: true }),
        references("members", "readWrite"),
      ],
    },
  ]),
};
