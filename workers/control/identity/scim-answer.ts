import type { ProvisionProblem } from "../../../src/app/provisioning/provision-people.ts";
import type {
  ProvisionedGroup,
  ProvisionedPerson,
} from "../../../src/app/provisioning/provisioning-store.ts";
import { assertNever } from "../../../src/core/result.ts";
import type { ScimAttributes } from "../../../src/core/scim/filter.ts";

export const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

/** How many resources a list shows at most. */
export const MOST_ITEMS = 200;

/** Where SCIM is, below our origin. */
export const SCIM_BASE = "/scim/v2";

/** An answer that is no success, in the form of RFC 7644, 3.12. */
export class ScimError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413;
  readonly scimType: string | undefined;

  constructor(status: ScimError["status"], detail: string, scimType?: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
  }
}

export function scimAnswer(status: number, body: unknown, headers: HeadersInit = {}): Response {
  const all = new Headers(headers);
  all.set("content-type", "application/scim+json");
  all.set("cache-control", "no-store");
  return new Response(body === null ? null : JSON.stringify(body), { status, headers: all });
}

export const scimErrorAnswer = ({ status, scimType, message }: ScimError): Response =>
  scimAnswer(
    status,
    {
      schemas: [ERROR],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: message,
    },
    status === 401 ? { "www-authenticate": 'Bearer realm="switchyard provisioning"' } : {},
  );

const iso = (ms: number) => new Date(ms).toISOString();

export const userResource = (person: ProvisionedPerson, origin: string) => ({
  schemas: [USER],
  id: person.id,
  ...(person.externalId === null ? {} : { externalId: person.externalId }),
  userName: person.userName,
  displayName: person.displayName,
  name: { formatted: person.displayName },
  emails: [{ value: person.userName, primary: true, type: "work" }],
  active: person.active,
  roles: [{ value: person.role, primary: true }],
  groups: person.groups.map(({ id, name }) => ({ value: id, display: name })),
  meta: {
    resourceType: "User",
    created: iso(person.createdAtMs),
    lastModified: iso(person.updatedAtMs),
    location: `${origin}${SCIM_BASE}/Users/${person.id}`,
  },
});

export const groupResource = (group: ProvisionedGroup, origin: string) => ({
  schemas: [GROUP],
  id: group.id,
  ...(group.externalId === null ? {} : { externalId: group.externalId }),
  displayName: group.displayName,
  members: group.members.map((value) => ({ value, type: "User" })),
  meta: {
    resourceType: "Group",
    created: iso(group.createdAtMs),
    lastModified: iso(group.updatedAtMs),
    location: `${origin}${SCIM_BASE}/Groups/${group.id}`,
  },
});

const some = (text: string | null): readonly string[] => (text === null ? [] : [text]);

/** What a filter can ask of a User. */
export const userAttributes = (person: ProvisionedPerson): ScimAttributes =>
  new Map<string, readonly (string | boolean)[]>([
    ["id", [person.id]],
    ["externalid", some(person.externalId)],
    ["username", [person.userName]],
    ["displayname", [person.displayName]],
    ["name.formatted", [person.displayName]],
    ["emails", [person.userName]],
    ["emails.value", [person.userName]],
    ["active", [person.active]],
    ["groups", person.groups.map(({ id }) => id)],
    ["groups.value", person.groups.map(({ id }) => id)],
  ]);

/** What a filter can ask of a Group. */
export const groupAttributes = (group: ProvisionedGroup): ScimAttributes =>
  new Map<string, readonly string[]>([
    ["id", [group.id]],
    ["externalid", some(group.externalId)],
    ["displayname", [group.displayName]],
    ["members", group.members],
    ["members.value", group.members],
  ]);

/** One page of a list; `startIndex` counts from 1. */
export function listResponse<T>(
  all: readonly T[],
  { startIndex, count }: { readonly startIndex: number; readonly count: number },
  toResource: (item: T) => object,
) {
  const items = all.slice(startIndex - 1, startIndex - 1 + count);
  return {
    schemas: [LIST],
    totalResults: all.length,
    startIndex,
    itemsPerPage: items.length,
    Resources: items.map(toResource),
  };
}

export function provisionError(
  problem: ProvisionProblem | { readonly kind: "unknown-members"; readonly ids: readonly string[] },
): ScimError {
  switch (problem.kind) {
    case "not-found":
      return new ScimError(404, `There is no resource "${problem.id}" that you may see.`);
    case "not-an-address":
      return new ScimError(
        400,
        `userName "${problem.userName}" is no e-mail address. Map userName to the address by ` +
          "which people sign in.",
        "invalidValue",
      );
    case "foreign-domain":
      return new ScimError(
        400,
        `"${problem.userName}" is in none of this organisation's domains ` +
          `(${problem.own.join(", ") || "it has none yet"}). Add the domain to an identity provider.`,
        "invalidValue",
      );
    case "taken":
      return new ScimError(409, `"${problem.what}" is there already.`, "uniqueness");
    case "elsewhere":
      return new ScimError(
        409,
        `"${problem.userName}" belongs to somebody who is in another organisation, too. Such a ` +
          "person is invited and removed by people.",
        "uniqueness",
      );
    case "owner":
      return new ScimError(
        403,
        `"${problem.userName}" is an owner, or may do more than an admin. Such people are changed ` +
          "and removed by owners, not by a directory.",
      );
    case "unknown-members":
      return new ScimError(
        400,
        `No User has the id ${problem.ids.slice(0, 5).join(", ")}. Put people in before groups.`,
        "invalidValue",
      );
    default:
      return assertNever(problem);
  }
}
