import type { Context, Hono } from "hono";
import type { Caller } from "../../../src/app/caller.ts";
import { takesIdempotencyKey } from "../../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import type { EndpointId, Endpoints } from "../../../src/contract/endpoints.ts";
import { sha256Hex } from "../../../src/core/hash/sha256.ts";
import { canonicalJson } from "../../../src/core/json.ts";
import { demandCompliance, recordable } from "../compliance.ts";
import { authorise } from "../auth/authorise.ts";
import type { Attempt } from "../auth/authorise.ts";
import type { Authenticate, Credential } from "../auth/credential.ts";
import { recordRefusal } from "../auth/record-refusal.ts";
import type { ControlEnv } from "../env.ts";
import type { Answer, Call, Handler, Handlers } from "../handlers/handler.ts";
import type { Services } from "../services.ts";
import { toOutcome } from "./answer.ts";
import type { AppEnv } from "./app-env.ts";
import { once } from "./idempotent.ts";
import { parsed } from "./invalid.ts";
import { readJson } from "./json-body.ts";
import { ownOrigin } from "./origin-check.ts";
import { expectedVersion, idempotencyKeyOf, reasonOf } from "./request-headers.ts";
import { whileAllowed } from "./while-allowed.ts";

export interface RouteDeps {
  readonly authenticate: Authenticate<ControlEnv>;
  /** The same, for a request that was let in before: it counts against no limit. */
  readonly authenticateAgain: Authenticate<ControlEnv>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  readonly services: (env: ControlEnv) => Services;
  /** A name for a request or command that was given none. */
  readonly newRequestId: () => string;
}

/** What a public endpoint's handler sees: nobody, who may change nothing. */
const NOBODY: Credential = {
  id: "nobody",
  organisationId: "",
  actor: { kind: "service", id: "nobody", name: "nobody" },
  access: { grants: [], ceiling: [] },
};

/** Makes one route for each row of the table: guard, checks, handler, answer. */
export function registerEndpoints(
  app: Hono<AppEnv>,
  endpoints: Endpoints,
  handlers: Handlers,
  deps: RouteDeps,
): void {
  for (const id of Object.keys(endpoints).filter(isIdOf(endpoints))) {
    const endpoint: EndpointDefinition = endpoints[id];
    const route = { id, endpoint, run: runner(handlers[id]) };
    app.on(endpoint.method, endpoint.path, async (c) => {
      c.set("endpoint", id);
      const services = deps.services(c.env);
      const { authenticate } = deps;
      const isOpen = endpoint.scope === "public";
      const credential = isOpen ? NOBODY : await authenticate(c.req.raw, c.env, services);
      const attempt = {
        action: id,
        endpoint,
        params: c.req.param(),
        requestId: c.get("requestId"),
      };
      const answered = respond(c, { ...route, attempt }, credential, { ...deps, services });
      const response = await answered.catch(async (error: unknown) => {
        await recordRefusal(error, credential, attempt, services);
        throw error;
      });
      if (isOpen || endpoint.response.stream !== true) return response;
      const demand = async () => {
        const again = await deps.authenticateAgain(c.req.raw, c.env, services);
        await authorise(again, attempt, services);
      };
      return whileAllowed(response, { demand, wait: deps.wait });
    });
  }
}

const isIdOf =
  (endpoints: Endpoints) =>
  (id: string): id is EndpointId =>
    Object.hasOwn(endpoints, id);

interface Route {
  readonly id: EndpointId;
  readonly endpoint: EndpointDefinition;
  readonly run: Runner;
}

type Runner = (call: UncheckedCall, services: Services) => Promise<Answer<unknown>>;
type UncheckedCall = Readonly<Record<keyof Call<EndpointId>, unknown>>;

/** The table's schemas have checked the call, which TypeScript cannot follow from id to id. */
const runner = <Id extends EndpointId>(handler: Handler<Id>): Runner =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as said above, once for all
  handler as unknown as Runner;

async function respond(
  c: Context<AppEnv>,
  { attempt, id, endpoint, run }: Route & { readonly attempt: Attempt },
  credential: Credential,
  { services, newRequestId }: { readonly services: Services } & Pick<RouteDeps, "newRequestId">,
): Promise<Response> {
  const request = c.req.raw;
  const { requestId } = attempt;
  const params = endpoint.params && parsed(endpoint.params, attempt.params, "path");
  const permits = await authorise(credential, attempt, services);
  const query = endpoint.query && parsed(endpoint.query, queryOf(c), "query");
  const version = expectedVersion(request.headers, endpoint);
  const sent = await bodyOf(request, endpoint);
  const { organisationId } = credential;
  const asked = {
    id,
    endpoint,
    params,
    organisationId,
    body: endpoint.request && parsed(endpoint.request.schema, sent, "body"),
    reason: reasonOf(request.headers),
  };
  await demandCompliance(asked, services);
  const { body, reason } = await recordable(asked, services);

  const fingerprint = sha256Hex(canonicalJson({ id, params, query, sent, version }));
  const key = takesIdempotencyKey(endpoint) ? idempotencyKeyOf(request.headers) : null;
  const caller: Omit<Caller, "commandId"> = {
    organisationId,
    actor: credential.actor,
    access: credential.access,
    permits,
    reason,
    requestId,
  };
  const lastEventId = request.headers.get("last-event-id");
  const origin = ownOrigin(request, c.env);
  const call = { params, query, body, expectedVersion: version, fingerprint, lastEventId, origin };
  const work = async (commandId: string) => {
    const answer = await run({ ...call, caller: { ...caller, commandId } }, services);
    return toOutcome(endpoint, answer, request);
  };
  const newCommandId = () => `request:${newRequestId()}`;
  if (key === null) return (await work(newCommandId())).response;
  // A session keeps its id as it enters another organisation, whose requests are others.
  const credentialId = `${organisationId}/${credential.id}`;
  const repeatable = { credentialId, key, fingerprint };
  return once(repeatable, work, { ...services, newCommandId });
}

/** A parameter that is given twice stays visible as a list, which no schema accepts. */
function queryOf(c: Context<AppEnv>): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 && values[0] !== undefined ? values[0] : values,
    ]),
  );
}

async function bodyOf(request: Request, { request: wanted }: EndpointDefinition): Promise<unknown> {
  if (wanted === undefined) return undefined;
  const body = await readJson(request);
  return body === undefined && wanted.optional === true ? {} : body;
}
