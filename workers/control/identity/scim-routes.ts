import type { Context, Hono } from "hono";
import { readBounded } from "../../../src/adapters/fetch/read-bounded.ts";
import {
  changeGroup,
  findGroup,
  provisionGroup,
  removeGroup,
} from "../../../src/app/provisioning/provision-groups.ts";
import {
  changePerson,
  type Directory,
  findPerson,
  provisionPerson,
  removePerson,
} from "../../../src/app/provisioning/provision-people.ts";
import { workingToken } from "../../../src/app/provisioning/provisioning-token.ts";
import { isRecord, type UnknownRecord } from "../../../src/core/json.ts";
import type { Result } from "../../../src/core/result.ts";
import { readScimGroup, readScimUser } from "../../../src/core/scim/content.ts";
import {
  matchesScimFilter,
  parseScimFilter,
  type ScimAttributes,
  type ScimFilter,
  soleEquality,
} from "../../../src/core/scim/filter.ts";
import { patchedGroup, patchedUser, readScimPatch } from "../../../src/core/scim/patch.ts";
import type { AppEnv } from "../http/app-env.ts";
import { ownOrigin } from "../http/origin-check.ts";
import type { Services } from "../services.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import {
  groupAttributes,
  groupResource,
  listResponse,
  MOST_ITEMS,
  provisionError,
  SCIM_BASE,
  scimAnswer,
  ScimError,
  scimErrorAnswer,
  userAttributes,
  userResource,
} from "./scim-answer.ts";
import { SERVICE_PROVIDER } from "./scim-service-provider.ts";

const MOST_BYTES = 1_048_576;

interface Asked {
  readonly c: Context<AppEnv>;
  readonly directory: Directory;
  readonly services: Services;
  readonly origin: string;
  /** `""` where the path names none. */
  readonly id: string;
}

/** SCIM 2.0 (RFC 7643, 7644): a directory puts people in, changes them and takes them out. */
export function registerScim(app: Hono<AppEnv>, deps: IdentityDeps): void {
  const on = (method: string, path: string, work: (asked: Asked) => Promise<Response>) =>
    app.on(method, `${SCIM_BASE}${path}`, async (c) => {
      c.set("endpoint", `scim.${method.toLowerCase()}.${path.split("/")[1] ?? ""}`);
      try {
        return await work(await admitted(c, deps));
      } catch (error) {
        if (error instanceof ScimError) return scimErrorAnswer(error);
        throw error;
      }
    });
  for (const [path, body] of Object.entries(SERVICE_PROVIDER)) {
    on("GET", path, () => Promise.resolve(scimAnswer(200, body)));
  }
  on("GET", "/Users", listUsers);
  on("POST", "/Users", createUser);
  on("GET", "/Users/:id", async (asked) =>
    user(200, await findPerson(asked.id, asked.directory, asked.services), asked),
  );
  on("PUT", "/Users/:id", replaceUser);
  on("PATCH", "/Users/:id", patchUser);
  on("DELETE", "/Users/:id", async ({ id, directory, services }) =>
    gone(await removePerson(id, directory, services)),
  );
  on("GET", "/Groups", listGroups);
  on("POST", "/Groups", createGroup);
  on("GET", "/Groups/:id", async (asked) =>
    group(200, await findGroup(asked.id, asked.directory, asked.services), asked),
  );
  on("PUT", "/Groups/:id", replaceGroup);
  on("PATCH", "/Groups/:id", patchGroup);
  on("DELETE", "/Groups/:id", async ({ id, directory, services }) =>
    gone(await removeGroup(id, directory, services)),
  );
}

async function admitted(c: Context<AppEnv>, deps: IdentityDeps): Promise<Asked> {
  const services = deps.services(c.env);
  const text = /^Bearer +(\S{1,200}) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const token = text === undefined ? undefined : await workingToken(text, services);
  if (token === undefined) {
    throw new ScimError(
      401,
      "The request has no provisioning token that works. Issue one at POST " +
        "/api/v1/provisioning-tokens, and enter it in the directory as the bearer token.",
    );
  }
  const { id, name, organisationId, role } = token;
  const actor = { kind: "service", id, name: `directory ${name}` } as const;
  const directory = { organisationId, actor, role, requestId: c.get("requestId") };
  const origin = ownOrigin(c.req.raw, c.env);
  return { c, directory, services, origin, id: c.req.param("id") ?? "" };
}

async function listUsers({ c, directory, services, origin }: Asked): Promise<Response> {
  const filter = filterOf(c);
  const sole = filter && soleEquality(filter, "username");
  const address = sole?.toLowerCase() ?? null;
  const people = await services.provisioning.people(directory.organisationId, address);
  const found = filtered(people, filter, userAttributes);
  return scimAnswer(
    200,
    listResponse(found, pageOf(c), (one) => userResource(one, origin)),
  );
}

async function createUser(asked: Asked): Promise<Response> {
  const content = understood(readScimUser(await bodyOf(asked.c)));
  return user(201, await provisionPerson(content, asked.directory, asked.services), asked);
}

async function replaceUser(asked: Asked): Promise<Response> {
  const content = understood(readScimUser(await bodyOf(asked.c)));
  return user(
    200,
    await changePerson(asked.id, () => content, asked.directory, asked.services),
    asked,
  );
}

async function patchUser(asked: Asked): Promise<Response> {
  const operations = understood(readScimPatch(await bodyOf(asked.c)));
  const change = (before: Parameters<typeof patchedUser>[0]) =>
    understood(patchedUser(before, operations));
  return user(200, await changePerson(asked.id, change, asked.directory, asked.services), asked);
}

async function listGroups({ c, directory, services, origin }: Asked): Promise<Response> {
  const groups = await services.provisioning.groups(directory.organisationId);
  const found = filtered(groups, filterOf(c), groupAttributes);
  return scimAnswer(
    200,
    listResponse(found, pageOf(c), (one) => groupResource(one, origin)),
  );
}

async function createGroup(asked: Asked): Promise<Response> {
  const content = understood(readScimGroup(await bodyOf(asked.c)));
  return group(201, await provisionGroup(content, asked.directory, asked.services), asked);
}

async function replaceGroup(asked: Asked): Promise<Response> {
  const content = understood(readScimGroup(await bodyOf(asked.c)));
  return group(
    200,
    await changeGroup(asked.id, () => content, asked.directory, asked.services),
    asked,
  );
}

async function patchGroup(asked: Asked): Promise<Response> {
  const operations = understood(readScimPatch(await bodyOf(asked.c)));
  const change = (before: Parameters<typeof patchedGroup>[0]) =>
    understood(patchedGroup(before, operations));
  return group(200, await changeGroup(asked.id, change, asked.directory, asked.services), asked);
}

type Problem = Parameters<typeof provisionError>[0];

function done<T>(result: Result<T, Problem>): T {
  if (result.ok) return result.value;
  throw provisionError(result.error);
}

function user(
  status: number,
  result: Result<Parameters<typeof userResource>[0], Problem>,
  { origin }: Asked,
): Response {
  const resource = userResource(done(result), origin);
  return scimAnswer(status, resource, { location: resource.meta.location });
}

function group(
  status: number,
  result: Result<Parameters<typeof groupResource>[0], Problem>,
  { origin }: Asked,
): Response {
  const resource = groupResource(done(result), origin);
  return scimAnswer(status, resource, { location: resource.meta.location });
}

function gone(result: Result<null, Problem>): Response {
  done(result);
  return scimAnswer(204, null);
}

function understood<T>(result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new ScimError(400, result.error, "invalidValue");
}

async function bodyOf(c: Context<AppEnv>): Promise<UnknownRecord> {
  const text = await readBounded(c.req.raw.body, MOST_BYTES);
  if (text === null) throw new ScimError(413, "The body is larger than 1 MiB.");
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) return body;
  } catch {
    // What is no JSON is answered as what is no object.
  }
  throw new ScimError(400, "The body is not a JSON object.", "invalidSyntax");
}

function filterOf(c: Context<AppEnv>): ScimFilter | null {
  const text = c.req.query("filter");
  if (text === undefined || text === "") return null;
  const filter = parseScimFilter(text);
  if (filter.ok) return filter.value;
  throw new ScimError(400, `${filter.error}.`, "invalidFilter");
}

function filtered<T>(
  items: readonly T[],
  filter: ScimFilter | null,
  attributesOf: (item: T) => ScimAttributes,
): readonly T[] {
  if (filter === null) return items;
  return items.filter((item) => matchesScimFilter(filter, attributesOf(item)));
}

/** RFC 7644, 3.4.2.4: what is below the least counts as the least. */
function pageOf(c: Context<AppEnv>): { readonly startIndex: number; readonly count: number } {
  const number = (name: string, usual: number) => {
    const value = Number(c.req.query(name) ?? usual);
    return Number.isInteger(value) ? value : usual;
  };
  return {
    startIndex: Math.max(1, number("startIndex", 1)),
    count: Math.min(MOST_ITEMS, Math.max(0, number("count", MOST_ITEMS))),
  };
}
