import { ALL_SCOPES } from "../../../src/core/access/scopes.ts";
import type { AskInit, Deployment } from "../topology/deployment.ts";
import { Canaries } from "./canaries.ts";
import { type Ask, type SecretWorld, seedSecrets } from "./secret-world.ts";

const ORIGIN = "https://flags.example";

/** One of several organisations, full of texts that are its own. */
export interface Organisation {
  readonly name: string;
  readonly canaries: Canaries;
  readonly world: SecretWorld;
  /** Of its owner, with every scope. */
  readonly token: string;
  /** Opens the event stream of its client key. */
  readonly streamPath: string;
}

/** Makes an organisation with an owner of its own, who puts a canary wherever there is a text. */
export async function anOrganisation(
  name: string,
  seed: number,
  deployment: Deployment,
): Promise<Organisation> {
  const canaries = new Canaries(seed);
  const token = await ownersToken(name, canaries.at("the organisation's name"), deployment);
  const world = await seedSecrets(askingWith(token, deployment), canaries);
  const bulk = await deployment.edge("POST", "/ofrep/v1/evaluate/flags", {
    headers: { authorization: `Bearer ${world.clientKey}`, origin: "https://shop.example" },
    body: { context: {} },
  });
  const { pathname, search } = new URL(bulk.body.eventStreams[0].url);
  return { name, canaries, world, token, streamPath: `${pathname}${search}` };
}

async function ownersToken(name: string, text: string, deployment: Deployment): Promise<string> {
  const owner = `owner@${name}.example`;
  const invited = await deployment.control("POST", "/api/v1/invitations", {
    body: { email: owner, role: "viewer" },
  });
  const link = /#invitation=(\w+)$/.exec(String(invited.body.link))?.[1];
  const post = async (path: string, body: object, headers: Readonly<Record<string, string>>) => {
    const answer = await deployment.ask("control", `${ORIGIN}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: ORIGIN, ...headers },
      body: JSON.stringify(body),
    });
    const told = await answer.text();
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${told}`);
    return { body: JSON.parse(told), cookie: answer.headers.getSetCookie()[0]?.split(";")[0] };
  };
  const password = "correct horse battery";
  const accepting = { token: link, name: `Owner of ${name}`, password };
  const { cookie = "" } = await post("/api/auth/invitations/accept", accepting, {});
  const made = await deployment.control("POST", "/api/v1/organisations", {
    body: { name: text, owner },
  });
  if (made.status !== 201) throw new Error(`no organisation: ${JSON.stringify(made.body)}`);
  await post("/api/auth/organisation", { organisationId: made.body.id }, { cookie });
  const issued = { name: "laptop", scopes: ALL_SCOPES };
  return (await post("/api/v1/me/tokens", issued, { cookie })).body.secret;
}

function askingWith(token: string, deployment: Deployment): Ask {
  return async (method, path, body) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(method === "PATCH" ? { "if-match": "*" } : {}),
    };
    const answer = await deployment.control(method, path, {
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
}

/** Status, headers and body of an answer. */
export async function textOf(answer: Response): Promise<string> {
  const head = [...answer.headers].map((pair) => pair.join(": ")).join("\n");
  return `${answer.status}\n${head}\n\n${await answer.text()}`;
}

/** What a credential asks with. */
export const as = (
  credential: string,
  method = "GET",
  body?: unknown,
  more: Readonly<Record<string, string>> = {},
): AskInit => ({
  method,
  headers: {
    authorization: `Bearer ${credential}`,
    "content-type": "application/json",
    ...more,
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});
