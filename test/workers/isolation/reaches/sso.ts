import type { Send, WireRequest } from "../ask.ts";
import type { Reached } from "../reached.ts";
import { json, type OtherReach, type Reaches } from "./reach.ts";

const form = (path: string, fields: Readonly<Record<string, string>>, cookie: string) => ({
  method: "POST",
  path,
  headers: { "content-type": "application/x-www-form-urlencoded", cookie },
  body: new URLSearchParams(fields).toString(),
});

const begin = (body: object) => json("POST", "/api/auth/sign-in/sso", body);

/** What a sign-in is carried on with that was begun in one's own browser, at this provider. */
async function begunAt({ provider }: Reached, anyone: Send, origin: string) {
  const asked = begin({ provider });
  const begun = await anyone({ ...asked, headers: { ...asked.headers, origin } });
  if (begun.status !== 200) throw new Error(`no sign-in was begun: ${begun.text}`);
  const state = new URL(begun.body.url).searchParams.get("RelayState") ?? "";
  return { state, cookie: begun.cookies.join("; ") };
}

/** An answer of a provider that nobody has signed. */
const forged = (userName: string): string =>
  btoa(`<samlp:Response><saml:NameID>${userName}</saml:NameID></samlp:Response>`);

export const SSO: Readonly<Record<string, Reaches>> = {
  // Whoever knows a provider's id may ask to be sent there; to sign in is another matter.
  "POST /api/auth/sign-in/sso": (theirs) => {
    return [
      { name: "by id", request: begin({ provider: theirs.provider }), mayBe: 200 },
      { name: "by domain", request: begin({ email: theirs.user.userName }), mayBe: 200 },
      {
        name: "and on to another site",
        request: begin({ provider: theirs.provider, returnTo: "//evil.example" }),
      },
    ];
  },
  "GET /api/auth/sso/oidc/:provider": async (theirs, { own }, anyone) => {
    const { state, cookie } = await begunAt(own, anyone, own.world.installation.origin);
    const at = (query: string): WireRequest => ({
      ...json("GET", `/api/auth/sso/oidc/${theirs.provider}?${query}`),
      headers: { cookie },
    });
    return [
      { name: "with no state", request: at("code=c"), as: "nobody", mayBe: 303 },
      {
        name: "with a state of one's own provider",
        request: at(`code=c&state=${state}`),
        as: "nobody",
        mayBe: 303,
      },
    ];
  },
  "POST /api/auth/sso/saml2/:provider": async (theirs, { own }, anyone) => {
    const { origin } = own.world.installation;
    const SAMLResponse = forged(theirs.user.userName);
    const mine = await begunAt(own, anyone, origin);
    const foreign = await begunAt(theirs, anyone, origin);
    const another = await begunAt(theirs, anyone, origin);
    const at = (provider: string, state: string, cookie: string): OtherReach => ({
      name: `at ${provider} with the relay state ${state.slice(0, 4)}…`,
      request: form(`/api/auth/sso/saml2/${provider}`, { SAMLResponse, RelayState: state }, cookie),
      as: "nobody",
      mayBe: 303,
    });
    return [
      at(theirs.provider, "", mine.cookie),
      at(theirs.provider, mine.state, mine.cookie),
      at(own.provider, foreign.state, foreign.cookie),
      at(theirs.provider, another.state, mine.cookie),
      at(theirs.provider, (await begunAt(theirs, anyone, origin)).state, ""),
      await begunAt(theirs, anyone, origin).then(({ state, cookie }) =>
        at(theirs.provider, state, cookie),
      ),
    ];
  },
  // What their provider must know of us, and nothing of theirs.
  "GET /api/auth/sso/saml2/:provider/metadata": ({ provider }) => [
    {
      name: "as it is",
      request: json("GET", `/api/auth/sso/saml2/${provider}/metadata`),
      as: "nobody",
      mayBe: 200,
    },
  ],
};
