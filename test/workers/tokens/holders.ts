import { env, exports } from "cloudflare:workers";
import type { Scope } from "../../../src/core/access/scopes.ts";
import type { Principal } from "../../../src/app/access/principal.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { appWith } from "../control/an-app.ts";
import { call, done } from "../control/api.ts";
import type { Got, Sent } from "../control/api.ts";

const ORGANISATION = "default";

/** A call over the real Worker with this token, or whatever else is to stand behind `Bearer`. */
export const by = (token: string, id: EndpointId, sent: Sent = {}): Promise<Got> =>
  call(id, { ...sent, headers: { authorization: `Bearer ${token}`, ...sent.headers } });

/** Gives somebody scopes in the whole organisation. */
async function grant(kind: Principal["kind"], id: string, scopes: readonly Scope[]): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO grants (id, organisation_id, principal_kind, principal_id, effect, scopes, created_at_ms)
     VALUES (?, ?, ?, ?, 'allow', ?, 1)`,
  )
    .bind(crypto.randomUUID(), ORGANISATION, kind, id, JSON.stringify(scopes))
    .run();
}

/** A service account that may do this. */
export async function newAccount(scopes: readonly Scope[] = []): Promise<string> {
  const name = `account ${crypto.randomUUID()}`;
  const { body } = await done("service-accounts.create", { body: { name } });
  await grant("service", body.id, scopes);
  return body.id;
}

/** A token of the account, as the API hands it over. */
export async function newToken(serviceAccount: string, scopes: readonly Scope[], more = {}) {
  const params = { serviceAccount };
  const { body } = await done("service-tokens.issue", {
    params,
    body: { name: "t", scopes, ...more },
  });
  return { secret: String(body.secret), id: String(body.id), serviceAccount };
}

export interface Person {
  readonly id: string;
  /** A call as the person's browser makes it, with a session. */
  readonly call: (id: EndpointId, sent?: Sent) => Promise<Got>;
}

/** A member of the organisation, signed in. */
export async function newPerson(role: string): Promise<Person> {
  const id = crypto.randomUUID().replaceAll("-", "");
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO people (id, name, email, email_verified, created_at_ms, updated_at_ms)
       VALUES (?, 'Ada', ?, 1, 1, 1)`,
    ).bind(id, `${id}@example.com`),
    env.DB.prepare(
      "INSERT INTO members (id, organisation_id, person_id, role, created_at_ms) VALUES (?, ?, ?, ?, 1)",
    ).bind(`member-${id}`, ORGANISATION, id, role),
  ]);
  const { fetch } = appWith({
    authenticate: async (_, __, { access }) => ({
      id: `session:${id}`,
      organisationId: ORGANISATION,
      actor: { kind: "user", id, name: "Ada" },
      access: {
        grants: await access.grantsOf({ kind: "person", id, organisationId: ORGANISATION }),
        ceiling: null,
      },
    }),
  });
  return { id, call: (endpoint, sent) => call(endpoint, sent, fetch) };
}

/** The Worker with its clock moved on by so many milliseconds. */
export function laterBy(ms: number) {
  const { fetch } = appWith({ now: () => Date.now() + ms });
  return (token: string, id: EndpointId, sent: Sent = {}): Promise<Got> =>
    call(id, { ...sent, headers: { authorization: `Bearer ${token}`, ...sent.headers } }, fetch);
}

/** What the Worker answers to a request as it is, header by header. */
export async function answerTo(headers: Headers | Record<string, string>) {
  const answer = await exports.default.fetch("https://flags.example/api/v1/projects", { headers });
  const body: any = await answer.json();
  return { status: answer.status, headers: answer.headers, body };
}

/** An account with this token of it, which may read and change projects. */
export const usable = async (more = {}) => {
  const scopes = ["projects:read", "projects:write"] as const;
  return newToken(await newAccount(scopes), scopes, more);
};
export const paramsOf = ({ serviceAccount, id }: { serviceAccount: string; id: string }) => ({
  serviceAccount,
  token: id,
});
