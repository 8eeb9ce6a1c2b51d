import type { BuiltInRole } from "../../../src/core/access/roles.ts";
import { keyAndCertificate } from "../../harness/identity/key-and-certificate.ts";
import type { RowAnswer, Send } from "./ask.ts";
import type { Person } from "./begun-world.ts";
import { newPerson } from "./people.ts";
import type { World } from "./world.ts";

/** What an organisation has that the routes outside the endpoint table know. */
export interface Reached {
  readonly world: World;
  readonly domain: string;
  /** A SAML provider's id. */
  readonly provider: string;
  /** Of a directory. */
  readonly scimToken: string;
  /** Whom and what that directory has put in. */
  readonly user: { readonly id: string; readonly userName: string };
  readonly group: string;
  readonly flag: string;
  /** Of who may do everything there. */
  readonly session: string;
  /** What a link holds that invites somebody else. */
  readonly invitation: string;
  readonly serverKey: string;
  readonly clientKey: string;
  /** Of the client key: opens its event stream. */
  readonly streamToken: string;
}

/** Somebody of another organisation, and what they have to reach with. */
export interface Reacher extends Person {
  readonly role: BuiltInRole;
  readonly own: Reached;
}

/** An organisation's single sign-on, directory and SDK keys; texts of its own wherever one may be. */
export async function reachedOf(
  world: World,
  anyone: Send,
  role: BuiltInRole,
  edge: (path: string, init: RequestInit) => Promise<Response>,
): Promise<Reached> {
  const { text } = world;
  const domain = `${world.name("d")}.example`;
  const provider = await world.done(
    "identity.create",
    {},
    {
      name: text("an identity provider's name"),
      domains: [domain],
      settings: {
        kind: "saml",
        entityId: `https://idp.${domain}/${text("an identity provider's entity id")}`,
        signInUrl: `https://idp.${domain}/sso`,
        certificates: [certificate],
      },
      roles: {
        claim: text("an identity provider's claim"),
        rules: [{ value: text("a group that gives a role"), role: "admin" }],
        default: "viewer",
      },
    },
  );
  const token = await world.done(
    "provisioning.issue",
    {},
    { name: text("a directory's name"), role },
  );
  const scim = async (path: string, body: object) => {
    const answer = await anyone(directory(token.secret, "POST", path, body));
    if (answer.status === 201) return JSON.parse(bodyOf(answer));
    throw new Error(`${path}: ${answer.text}`);
  };
  const userName = `ada@${domain}`;
  const displayName = text("the name of somebody from a directory");
  const user = await scim("/Users", { userName, displayName, externalId: text("an external id") });
  const members = [{ value: user.id }];
  const group = await scim("/Groups", { displayName: text("a group's name"), members });
  const flag = (await world.requestFor("flags.get")).params["flag"]!;
  const session = await world.self!.send({
    method: "GET",
    path: "/api/auth/session",
    headers: {},
    body: undefined,
  });
  const guest = { email: `${world.name("guest")}@${domain}`, role: "viewer" };
  const { link } = await world.done("invitations.create", {}, guest);
  const key = async (kind: string) =>
    (await world.done("keys.issue", world.place, { kind, name: text("an SDK key's name") })).secret;
  const clientKey = await key("client");
  const bulk = await edge("/ofrep/v1/evaluate/flags", {
    method: "POST",
    headers: {
      authorization: `Bearer ${clientKey}`,
      "content-type": "application/json",
      origin: "https://shop.example",
    },
    body: JSON.stringify({ context: {} }),
  });
  const told = await bulk.text();
  const streamToken = /"url":"[^"]*[?]t=([^"]+)"/.exec(told)?.[1];
  if (streamToken === undefined) throw new Error(`no event stream: ${bulk.status} ${told}`);
  return {
    world,
    domain,
    provider: provider.id,
    scimToken: token.secret,
    user: { id: user.id, userName },
    group: group.id,
    flag,
    session: session.body.id,
    invitation: /#invitation=(\w+)$/.exec(String(link))?.[1] ?? "",
    serverKey: await key("server"),
    clientKey,
    streamToken: decodeURIComponent(streamToken),
  };
}

/** Somebody with a role in an organisation, and with all that it has. */
export const reacherOf = async (own: Reached, role: BuiltInRole): Promise<Reacher> => ({
  ...(await newPerson(own.world, role)),
  role,
  own,
});

export const directory = (token: string, method: string, path: string, body?: object) => ({
  method,
  path: `/scim/v2${path}`,
  headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
  body: body === undefined ? undefined : JSON.stringify(body),
});

const bodyOf = ({ text }: RowAnswer): string => text.slice(text.indexOf("\n\n") + 2);

const { certificate } = keyAndCertificate("idp");
