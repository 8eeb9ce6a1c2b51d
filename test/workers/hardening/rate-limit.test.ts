import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/core/limits/limiter.ts";
import type { ControlDeps } from "../../../workers/control/app.ts";
import { appWith } from "../control/an-app.ts";
import { visitorsOf } from "./known-visitor.ts";

const PROJECTS = "https://flags.example/api/v1/projects";

/** An organisation of its own, with limits that a test reaches. */
function limited(bindings: object = {}, changed: Partial<ControlDeps> = {}) {
  return appWith(
    { authenticate: visitorsOf(`org-${crypto.randomUUID()}`), ...changed },
    {
      ...env,
      CREDENTIAL_RATE: "20/s burst 20",
      ORGANISATION_RATE: "30/s burst 50",
      FAILED_SIGN_IN_RATE: "5/m burst 10",
      ...bindings,
    },
  );
}

type Fetch = ReturnType<typeof limited>["fetch"];

const ask = async (fetch: Fetch, headers: Record<string, string>) =>
  fetch(new Request(PROJECTS, { headers }));
const statusesOf = async (fetch: Fetch, all: readonly Record<string, string>[]) => {
  const answers = await Promise.all(all.map((headers) => ask(fetch, headers)));
  return answers.map(({ status }) => status);
};
const anyAddress = () => {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint16Array(2));
  return `2001:db8:${a.toString(16)}:${b.toString(16)}::7`;
};
const asCredential = (name: string) => ({ authorization: `Bearer good-${name}` });

/** How many of these requests, sent all at once, were admitted, and how many may have been. */
async function flood(
  fetch: Fetch,
  rate: { readonly perSecond: number; readonly burst: number },
  requests: readonly Record<string, string>[],
) {
  const beganMs = Date.now();
  const statuses = await statusesOf(fetch, requests);
  const tookSeconds = (Date.now() - beganMs) / 1_000;
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  return {
    admitted: statuses.filter((status) => status === 200).length,
    allowed: rate.burst + Math.ceil(rate.perSecond * tookSeconds),
  };
}

const spoofed = (index: number) => ({
  "cf-connecting-ip": `198.51.100.${index % 250}`,
  "x-forwarded-for": `203.0.113.${index % 250}, 10.0.0.1`,
  "x-real-ip": `203.0.113.${index % 250}`,
  forwarded: `for=203.0.113.${index % 250}`,
  "x-switchyard-organisation": `other-${index}`,
});

const broken = (take: () => Promise<Verdict>) => ({
  RATE_LIMITS: { getByName: () => ({ take }) },
});

const guess = (index: number, from: string | null = null) => ({
  authorization: `Bearer guess-${index}`,
  ...spoofed(index),
  ...(from === null ? {} : { "x-platform-address": from }),
});

describe("requests of one credential", () => {
  const rate = { perSecond: 20, burst: 20 };

  it("are limited, however they are sent and whatever they say about where they come from", async () => {
    const { fetch } = limited();
    const all = Array.from({ length: 400 }, (_, index) => ({
      ...asCredential("one"),
      ...spoofed(index),
    }));
    const { admitted, allowed } = await flood(fetch, rate, all);
    expect(admitted).toBeGreaterThanOrEqual(rate.burst);
    expect(admitted).toBeLessThanOrEqual(allowed * 1.05);
  });

  it("say how to go on when there were too many", async () => {
    const { fetch } = limited({ CREDENTIAL_RATE: "2/m burst 1" });
    expect((await ask(fetch, asCredential("one"))).status).toBe(200);
    const answer = await ask(fetch, asCredential("one"));
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ code: "rate.limited", limit: "credential" });
    expect(answer.headers.get("ratelimit-policy")).toBe('"credential";q=1;w=30');
    expect(answer.headers.get("ratelimit")).toMatch(/^"credential";r=0;t=(?:29|30)$/);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(28);
  });

  it("use up nothing of another's", async () => {
    const { fetch } = limited();
    const one = Array.from({ length: 300 }, () => asCredential("one"));
    await flood(fetch, rate, one);
    expect((await ask(fetch, asCredential("another"))).status).toBe(200);
  });

  it("are counted under the usual rates where what is set cannot be read", async () => {
    const { fetch, lines } = limited({ CREDENTIAL_RATE: "many" });
    expect((await ask(fetch, asCredential("one"))).status).toBe(200);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "error", event: "rate-limit.unreadable" }),
    );
  });
});

describe("requests of one organisation", () => {
  it("are limited over a thousand credentials together", async () => {
    const rate = { perSecond: 30, burst: 50 };
    const { fetch } = limited();
    const all = Array.from({ length: 1_000 }, (_, index) => ({
      ...asCredential(`key-${index}`),
      ...spoofed(index),
    }));
    const { admitted, allowed } = await flood(fetch, rate, all);
    expect(admitted).toBeGreaterThanOrEqual(rate.burst);
    expect(admitted).toBeLessThanOrEqual(allowed * 1.05);
  });

  it("do not slow another organisation down", async () => {
    const [one, other] = [limited(), limited()];
    const rate = { perSecond: 30, burst: 50 };
    await flood(
      one.fetch,
      rate,
      Array.from({ length: 300 }, (_, index) => asCredential(`key-${index}`)),
    );
    expect((await ask(other.fetch, asCredential("key-1"))).status).toBe(200);
  });
});

describe("an object that does not count", () => {
  it("stops nobody by hanging, beyond the deadline, and is named in the log", async () => {
    const waits: number[] = [];
    const wait = (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    };
    const { fetch, lines } = limited(
      broken(() => new Promise(() => {})),
      { wait },
    );
    expect((await ask(fetch, asCredential("one"))).status).toBe(200);
    expect(waits).toEqual([250]);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "warn", event: "rate-limit.late" }),
    );
  });

  it("stops nobody by failing", async () => {
    const { fetch, lines } = limited(broken(() => Promise.reject(new Error("overloaded"))));
    expect((await ask(fetch, asCredential("one"))).status).toBe(200);
    expect(lines).toContainEqual(expect.objectContaining({ event: "rate-limit.unavailable" }));
  });

  it("stops nobody where there is none", async () => {
    const { fetch } = limited({ RATE_LIMITS: undefined });
    expect((await ask(fetch, asCredential("one"))).status).toBe(200);
  });
});

describe("wrong credentials", () => {
  const known = { CLIENT_ADDRESS_HEADER: "x-platform-address" };

  it("are looked up for a while, and then the address has to wait", async () => {
    const { fetch } = limited(known);
    const from = anyAddress();
    const statuses: number[] = [];
    for (let index = 0; index < 100; index += 1) {
      statuses.push((await ask(fetch, guess(index, from))).status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.slice(10)).toEqual(Array<number>(90).fill(429));
  });

  it("do not get in even with the right one while the address has to wait", async () => {
    const { fetch } = limited(known);
    const from = anyAddress();
    for (let index = 0; index < 11; index += 1) await ask(fetch, guess(index, from));
    const right = { ...asCredential("found-at-last"), "x-platform-address": from };
    expect((await ask(fetch, right)).status).toBe(429);
  });

  it("are one client's, wherever in its network they come from", async () => {
    const { fetch } = limited(known);
    const network = anyAddress().replace("::7", "");
    const all = Array.from({ length: 40 }, (_, index) => guess(index, `${network}::${index}`));
    const statuses = await statusesOf(fetch, all);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  });

  it("do not shut out who has signed in from there before, nor who is elsewhere", async () => {
    const { fetch } = limited(known);
    const from = anyAddress();
    const neighbour = { ...asCredential("neighbour"), "x-platform-address": from };
    expect((await ask(fetch, neighbour)).status).toBe(200);
    for (let index = 0; index < 20; index += 1) await ask(fetch, guess(index, from));
    expect((await ask(fetch, neighbour)).status).toBe(200);
    const elsewhere = { ...asCredential("elsewhere"), "x-platform-address": anyAddress() };
    expect((await ask(fetch, elsewhere)).status).toBe(200);
  });

  it("from nobody knows where are limited together, and right ones always pass", async () => {
    const { fetch, lines } = limited({ FAILED_SIGN_IN_RATE: "1/m burst 3" });
    const all = Array.from({ length: 60 }, (_, index) => guess(index));
    const statuses = await statusesOf(fetch, all);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(4);
    expect((await ask(fetch, asCredential("someone"))).status).toBe(200);
    expect(JSON.stringify(lines)).not.toContain("guess-");
  });

  it("that are none at all do not count", async () => {
    const { fetch } = limited(known);
    const from = { "x-platform-address": anyAddress() };
    const all = Array.from({ length: 60 }, () => from);
    expect(new Set(await statusesOf(fetch, all))).toEqual(new Set([401]));
  });
});
