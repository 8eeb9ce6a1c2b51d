import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { formatToken } from "../../../src/core/access/token.ts";
import { withChecksum } from "../../../src/core/keys/checked-text.ts";
import { createServices } from "../../../workers/control/services.ts";
import { appWith, sources } from "../control/an-app.ts";
import { call, done, newPlace } from "../control/api.ts";
import { answerTo, by, laterBy, newAccount, newToken, paramsOf, usable } from "./holders.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const base64url = (data: string | ArrayBuffer) => {
  const raw = typeof data === "string" ? bytes(data) : new Uint8Array(data);
  return btoa(String.fromCharCode(...raw))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
};

const CLAIMS = { sub: "bootstrap", scope: "*", aud: "https://flags.example", exp: 4_102_444_800 };

async function jwt(header: object, claims: object = {}, key: string | null = null) {
  const body = `${base64url(JSON.stringify({ typ: "JWT", ...header }))}.${base64url(JSON.stringify({ ...CLAIMS, ...claims }))}`;
  if (key === null) return `${body}.`;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", bytes(key), hmac, false, ["sign"]);
  return `${body}.${base64url(await crypto.subtle.sign("HMAC", imported, bytes(body)))}`;
}

interface Known {
  readonly token: string;
  readonly other: string;
  readonly expired: string;
  readonly revoked: string;
  readonly admin: string;
  readonly sdkKey: string;
  readonly publicKey: string;
}

let known: Known;

beforeAll(async () => {
  const place = await newPlace("dev");
  const keys = await done("signing-keys.list", { params: place });
  const sdkKey = await done("keys.issue", { params: place, body: { kind: "server", name: "s" } });
  const [token, other, revoked] = [await usable(), await usable(), await usable()];
  await done("service-tokens.revoke", { params: paramsOf(revoked) });
  const rotated = await usable();
  await done("service-tokens.rotate", { params: paramsOf(rotated), body: { overlapMs: 0 } });
  known = {
    token: token.secret,
    other: other.secret,
    revoked: revoked.secret,
    expired: rotated.secret,
    admin: env.ADMIN_TOKEN,
    sdkKey: sdkKey.body.secret,
    publicKey: JSON.stringify(keys.body.items[0]),
  };
});

const bearer = (make: (known: Known) => string) => async () =>
  new Headers({ authorization: `Bearer ${make(known)}` });
const signed = (header: object, claims?: object, key?: (known: Known) => string) => async () =>
  new Headers({
    authorization: `Bearer ${await jwt(header, claims, key === undefined ? null : key(known))}`,
  });
const exactly = (make: (known: Known) => Record<string, string>) => async () =>
  new Headers(make(known));
const twice = (first: (known: Known) => string, second: (known: Known) => string) => async () => {
  const headers = new Headers({ authorization: first(known) });
  headers.append("authorization", second(known));
  return headers;
};

const flipped = (text: string, at: number) => {
  const index = at < 0 ? text.length + at : at;
  return text.slice(0, index) + (text[index] === "a" ? "b" : "a") + text.slice(index + 1);
};
const idOf = (token: string) => token.slice(4, 20);
const bodyOf = (token: string) => token.slice(21, -6);
const HMAC = { alg: "HS256" };

const MUTATIONS: Readonly<Record<string, () => Promise<Headers>>> = {
  "a JWT without a signature": signed({ alg: "none" }),
  "a JWT whose algorithm is None": signed({ alg: "None" }),
  "a JWT without an algorithm": signed({}),
  "a JWT signed by HS256 with a public key": signed(HMAC, {}, ({ publicKey }) => publicKey),
  "a JWT signed with an empty looking key": signed(HMAC, {}, () => "\0"),
  "a JWT signed with a known token": signed(HMAC, {}, ({ token }) => token),
  "a JWT signed with the ADMIN_TOKEN": signed(HMAC, {}, ({ admin }) => admin),
  "a JWT for another audience": signed(HMAC, { aud: "other" }, ({ admin }) => admin),
  "a JWT of another issuer": signed(HMAC, { iss: "https://evil.example" }, ({ admin }) => admin),
  "a JWT that has expired": signed(HMAC, { exp: 1 }, ({ admin }) => admin),
  "a JWT of the future": signed(HMAC, { nbf: 4_000_000_000 }, ({ admin }) => admin),
  "a JWT with a key id that is a path": signed({ ...HMAC, kid: "../../dev/null" }, {}, () => "\0"),
  "a JWT with a key id that is SQL": signed({ ...HMAC, kid: "' OR 1=1 --" }, {}, () => "x"),
  "a JWT that brings its key": signed({ alg: "RS256", jwk: { kty: "oct", k: "AA" } }),
  "a JWT that says where its key is": signed({ alg: "RS256", jku: "https://evil.example/jwks" }),
  "a JWT that says where its certificate is": signed({ alg: "RS256", x5u: "https://evil.example" }),
  "a JWT with critical extensions": signed({ ...HMAC, crit: ["b64"], b64: false }, {}, () => "x"),

  "the first character flipped": bearer(({ token }) => flipped(token, 0)),
  "the prefix flipped": bearer(({ token }) => flipped(token, 2)),
  "the id flipped": bearer(({ token }) => flipped(token, 6)),
  "the secret flipped at its beginning": bearer(({ token }) => flipped(token, 21)),
  "the secret flipped at its end": bearer(({ token }) => flipped(token, -7)),
  "the checksum flipped": bearer(({ token }) => flipped(token, -1)),
  "one character cut off": bearer(({ token }) => token.slice(0, -1)),
  "the first character cut off": bearer(({ token }) => token.slice(1)),
  "half of it": bearer(({ token }) => token.slice(0, 30)),
  "the id alone": bearer(({ token }) => idOf(token)),
  "the secret alone": bearer(({ token }) => bodyOf(token)),
  "the prefix alone": bearer(() => "sym_"),
  "it twice": bearer(({ token }) => token + token),
  "it twice with a comma": bearer(({ token }) => `${token},${token}`),
  "one character more": bearer(({ token }) => `${token}0`),
  "all in capitals": bearer(({ token }) => token.toUpperCase()),
  "all in small letters": bearer(({ token }) => token.toLowerCase()),
  "its case swapped in the secret": bearer(({ token }) =>
    token.replace(/[a-z](?=.{7,30}$)/, (letter) => letter.toUpperCase()).replace("sym", "sYm"),
  ),
  "another's id before the right secret": bearer(({ token, other }) =>
    token.replace(idOf(token), idOf(other)),
  ),
  "another's id before the right secret, with its checksum right": bearer(({ token, other }) =>
    withChecksum(`sym_${idOf(other)}_${bodyOf(token)}`),
  ),
  "the right id before a secret made up, with its checksum right": bearer(({ token }) =>
    formatToken(idOf(token), sources.randomBytes(64)),
  ),
  "an id that nobody has, with its checksum right": bearer(() =>
    formatToken("0000000000000000", sources.randomBytes(64)),
  ),
  "a token that was revoked": bearer(({ revoked }) => revoked),
  "a token whose overlap is over": bearer(({ expired }) => expired),
  "an SDK key": bearer(({ sdkKey }) => sdkKey),
  "the parts swapped": bearer(({ token }) => `sym_${bodyOf(token)}_${idOf(token)}`),
  "hyphens for underscores": bearer(({ token }) => token.replaceAll("_", "-")),
  "percent-encoded": bearer(({ token }) => token.replaceAll("_", "%5F")),
  "as base64": bearer(({ token }) => btoa(token)),
  "in quotes": bearer(({ token }) => `"${token}"`),
  "a wildcard": bearer(() => "*"),
  "the word null": bearer(() => "null"),
  SQL: bearer(() => "sym_'||(SELECT/**/hash/**/FROM/**/management_tokens)||'"),

  "a Cyrillic look-alike": bearer(({ token }) => token.replace("s", "ѕ")),
  "full-width letters": bearer(({ token }) => token.replace("sym", "ｓｙｍ")),
  "a zero-width space in it": bearer(({ token }) => `${token.slice(0, 9)}\u200B${token.slice(9)}`),
  "a combining mark behind it": bearer(({ token }) => `${token}\u0301`),
  "a byte order mark before it": bearer(({ token }) => `\uFEFF${token}`),
  "a space in it": bearer(({ token }) => `${token.slice(0, 9)} ${token.slice(9)}`),
  "a tab before it": exactly(({ token }) => ({ authorization: `Bearer\t${token}` })),
  "a no-break space before it": exactly(({ token }) => ({
    authorization: `Bearer\u00A0${token}`,
  })),

  "two headers, both right": twice(
    ({ token }) => `Bearer ${token}`,
    ({ token }) => `Bearer ${token}`,
  ),
  "two headers, the first right": twice(
    ({ token }) => `Bearer ${token}`,
    () => "Bearer x",
  ),
  "two headers, the second right": twice(
    () => "Basic eDp5",
    ({ token }) => `Bearer ${token}`,
  ),
  "basic authentication with it": exactly(({ token }) => ({
    authorization: `Basic ${btoa(`${token}:`)}`,
  })),
  "basic authentication with it as the password": exactly(({ token }) => ({
    authorization: `Basic ${btoa(`x:${token}`)}`,
  })),
  "the scheme Token": exactly(({ token }) => ({ authorization: `Token ${token}` })),
  "no scheme": exactly(({ token }) => ({ authorization: token })),
  "a scheme without anything": exactly(() => ({ authorization: "Bearer" })),
  "an empty header": exactly(() => ({ authorization: "" })),
  "digest parameters": exactly(({ token }) => ({ authorization: `Bearer token="${token}"` })),
  "the header X-API-Key": exactly(({ token }) => ({ "x-api-key": token })),
  "the header Proxy-Authorization": exactly(({ token }) => ({
    "proxy-authorization": `Bearer ${token}`,
  })),
  "the header X-Forwarded-Authorization": exactly(({ token }) => ({
    "x-forwarded-authorization": `Bearer ${token}`,
  })),
  "a cookie": exactly(({ token }) => ({ cookie: `token=${token}; authorization=Bearer ${token}` })),
  "a kilobyte of text": bearer(() => "x".repeat(1_024)),
  "sixteen kilobytes behind the prefix": bearer(() => `sym_${"a".repeat(16_384)}`),
};

describe("what only resembles a token", () => {
  it("is at least sixty things", () => {
    expect(Object.keys(MUTATIONS).length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(MUTATIONS))("is refused: %s", async (_, make) => {
    const headers = await make();
    const { status, body, headers: got } = await answerTo(headers);
    expect({ status, code: body.code }).toEqual({ status: 401, code: "auth.required" });
    expect(got.get("www-authenticate")).toContain("Bearer");
    for (const secret of [known.token, known.other, bodyOf(known.token), bodyOf(known.other)]) {
      expect(JSON.stringify(body)).not.toContain(secret);
    }
  });

  it("is refused in the same words, whether its id or its secret is wrong", async () => {
    const wrong = [
      formatToken(idOf(known.token), sources.randomBytes(64)),
      formatToken("0000000000000000", sources.randomBytes(64)),
      withChecksum(`sym_${idOf(known.other)}_${bodyOf(known.token)}`),
      formatToken(idOf(known.revoked), sources.randomBytes(64)),
    ];
    const answers = await Promise.all(wrong.map((token) => by(token, "projects.list")));
    const words = answers.map(({ body }) => `${body.detail} ${body.token}`);
    expect(new Set(words).size).toBe(1);
    expect(words[0]).toMatch(/unknown$/);
  });

  it("is told from the real one, which works before and after", async () => {
    expect((await by(known.token, "projects.list")).status).toBe(200);
    const spaced = { headers: { authorization: `bearer   ${known.token}  ` } };
    expect((await call("projects.list", spaced)).status).toBe(200);
  });
});

describe("a token with a slip in it", () => {
  it("is refused before anybody is asked", async () => {
    let lookups = 0;
    const tokenDirectory = new Proxy(createServices(env, sources).tokenDirectory, {
      get() {
        lookups += 1;
        throw new Error("the database was asked");
      },
    });
    const { fetch } = appWith({
      services: (bindings) => ({ ...createServices(bindings, sources), tokenDirectory }),
    });
    const { secret } = await newToken(await newAccount(), ["projects:read"]);
    let refused = 0;
    for (let at = 0; at < secret.length; at += 1) {
      for (const token of [
        flipped(secret, at),
        secret.slice(0, at),
        secret + secret.slice(0, at + 1),
      ]) {
        const got = await fetch(
          new Request("https://flags.example/api/v1/projects", {
            headers: { authorization: `Bearer ${token}` },
          }),
        );
        if (got.status === 401) refused += 1;
      }
    }
    expect({ refused, lookups }).toEqual({ refused: secret.length * 3, lookups: 0 });
    expect((await laterBy(0)(secret, "projects.list")).status).toBe(403);
  });
});
