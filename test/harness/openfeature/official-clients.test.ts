import { request } from "node:http";
import { OFREPWebProvider, type OFREPWebProviderOptions } from "@openfeature/ofrep-web-provider";
import { OpenFeature as ServerOpenFeature } from "@openfeature/server-sdk";
import {
  OpenFeature as WebOpenFeature,
  type EvaluationContext,
  type Provider,
  ProviderEvents,
  ProviderStatus,
} from "@openfeature/web-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixed, flag, onForHalf, onWhen } from "../../unit/workers/edge/flags.ts";
import { OfrepServerProvider } from "./ofrep-server-provider.ts";
import { type RunningEnvironment, RunningEdge } from "./running-edge.ts";

const visible = { clientVisible: true };
const FLAGS = [
  flag("on-for-all", visible),
  onWhen("for-premium", "premium", { attribute: "plan", operator: "eq", value: "premium" }),
  onForHalf("half"),
  flag("disabled", { ...visible, enabled: false, offVariation: null }),
  fixed("greeting", "string", "Grüß Gott"),
  fixed("limit", "integer", 9007199254740991),
  fixed("ratio", "float", 10),
  fixed("theme", "object", { color: "red", sizes: [1, 2] }),
];

let edge: RunningEdge;
let environment: RunningEnvironment;
beforeAll(async () => {
  edge = await RunningEdge.start();
  environment = await edge.environment(FLAGS);
});
afterAll(async () => {
  await ServerOpenFeature.close();
  await WebOpenFeature.close();
  await edge.close();
});

const bearer = (key: string): [string, string][] => [["Authorization", `Bearer ${key}`]];

async function serverClient(key = environment.server) {
  const domain = crypto.randomUUID();
  const provider = new OfrepServerProvider({ baseUrl: edge.url, headers: bearer(key) });
  await ServerOpenFeature.setProviderAndWait(domain, provider);
  return ServerOpenFeature.getClient(domain);
}

/** A web client with a domain of its own, and the status of each answer it got. */
async function webClient(
  context: EvaluationContext,
  options: Partial<OFREPWebProviderOptions> = {},
  key = environment.client,
) {
  const domain = crypto.randomUUID();
  const statuses: number[] = [];
  const provider = new OFREPWebProvider({
    baseUrl: edge.url,
    headers: bearer(key),
    cacheMode: "disabled",
    fetchImplementation: async (...call: Parameters<typeof fetch>) => {
      const response = await fetch(...call);
      statuses.push(response.status);
      return response;
    },
    ...options,
  });
  await WebOpenFeature.setContext(domain, context);
  // Its types are not made for exact optional members.
  const ready = WebOpenFeature.setProviderAndWait(domain, provider as Provider);
  const problem = await ready.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { client: WebOpenFeature.getClient(domain), domain, statuses, problem };
}

const sameStore = () => "one store for all";

describe("the official server SDK", () => {
  it("gets every type of value, with variant, reason and metadata", async () => {
    const client = await serverClient();
    expect(await client.getBooleanDetails("on-for-all", false)).toMatchObject({
      value: true,
      variant: "on",
      reason: "STATIC",
      flagMetadata: { flagSetId: environment.id, version: "1" },
    });
    expect(await client.getStringValue("greeting", "")).toBe("Grüß Gott");
    expect(await client.getNumberValue("limit", 0)).toBe(9007199254740991);
    expect(await client.getNumberValue("ratio", 0)).toBe(10);
    expect(await client.getObjectValue("theme", {})).toEqual({ color: "red", sizes: [1, 2] });
  });

  it("gets rules and reasons by its context", async () => {
    const client = await serverClient();
    const details = (plan: string) =>
      client.getBooleanDetails("for-premium", false, { targetingKey: "u", plan });
    expect(await details("premium")).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
    expect(await details("free")).toMatchObject({ value: false, reason: "DEFAULT" });
  });

  it("uses the application's default for a disabled flag, without an error", async () => {
    const details = await (await serverClient()).getBooleanDetails("disabled", true);
    expect(details).toMatchObject({ value: true, reason: "DISABLED" });
    expect(details.errorCode).toBeUndefined();
  });

  it("T1: knows an unknown flag, an absent unit and a wrong type by their codes", async () => {
    const client = await serverClient();
    expect(await client.getBooleanDetails("unknown", true)).toMatchObject({
      value: true,
      errorCode: "FLAG_NOT_FOUND",
    });
    expect(await client.getBooleanDetails("half", true)).toMatchObject({
      value: true,
      errorCode: "TARGETING_KEY_MISSING",
    });
    expect(await client.getBooleanDetails("greeting", true)).toMatchObject({
      value: true,
      errorCode: "TYPE_MISMATCH",
    });
  });

  it("falls back to the default with a key that does not work", async () => {
    const client = await serverClient(`${environment.server}x`);
    expect(await client.getBooleanDetails("on-for-all", false)).toMatchObject({
      value: false,
      errorCode: "GENERAL",
      errorMessage: expect.stringContaining("unauthorized"),
    });
  });
});

describe("the official web SDK", () => {
  it("gets the same values as the server SDK for the same users", async () => {
    const server = await serverClient();
    for (let user = 0; user < 12; user += 1) {
      const context = { targetingKey: `user-${user}`, plan: user % 2 === 0 ? "premium" : "free" };
      const { client } = await webClient(context);
      for (const key of ["on-for-all", "for-premium", "half"]) {
        const mine = client.getBooleanDetails(key, false);
        const { value, variant, reason } = await server.getBooleanDetails(key, false, context);
        expect(mine).toMatchObject({ value, variant, reason });
      }
      expect(client.getNumberValue("ratio", 0)).toBe(10);
      expect(client.getObjectValue("theme", {})).toEqual({ color: "red", sizes: [1, 2] });
    }
  });

  it("T10: reads flag set metadata from the bulk", async () => {
    const { client } = await webClient({ targetingKey: "u" });
    expect(client.getBooleanDetails("unknown", true)).toMatchObject({
      value: true,
      errorCode: "FLAG_NOT_FOUND",
      flagMetadata: { flagSetId: environment.id },
    });
  });

  it("T11: gets other answers for another context although it sends the old tag", async () => {
    const { client, domain, statuses } = await webClient({ targetingKey: "u", plan: "free" });
    expect(client.getBooleanValue("for-premium", false)).toBe(false);
    await WebOpenFeature.setContext(domain, { targetingKey: "u", plan: "premium" });
    expect(client.getBooleanValue("for-premium", false)).toBe(true);
    expect(statuses).toEqual([200, 200]);
  });

  it("T12: is told that nothing has changed", async () => {
    const context = { targetingKey: "u", plan: "free" };
    const { client, domain, statuses } = await webClient(context);
    await WebOpenFeature.setContext(domain, { ...context });
    expect(statuses).toEqual([200, 304]);
    expect(client.getBooleanValue("on-for-all", false)).toBe(true);
  });

  it("T16: hears of the one flag that changed, and of no other", async () => {
    const mine = await edge.environment([flag("a", visible), flag("b", visible)]);
    const { client } = await webClient({ targetingKey: "u" }, { pollInterval: 100 }, mine.client);
    const changed = new Promise((resolve) => {
      client.addHandler(ProviderEvents.ConfigurationChanged, (event) =>
        resolve(event?.flagsChanged),
      );
    });
    await mine.apply({ kind: "flag.kill", key: "b", variation: "off" });
    expect(await changed).toEqual(["b"]);
    expect(client.getBooleanDetails("b", true)).toMatchObject({
      value: false,
      flagMetadata: { killed: true, version: "2" },
    });
  });

  it("T17: keeps variants when it starts from its own store and is told that nothing has changed", async () => {
    const stored = new Map<string, string>();
    const localStorage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    };
    Object.defineProperty(globalThis, "localStorage", { value: localStorage, configurable: true });
    const cacheMode = "local-cache-first";
    // Each client here has a domain of its own, which would also be a store of its own.
    const cacheKeyGenerator = sameStore;
    await webClient({ targetingKey: "u" }, { cacheMode, cacheKeyGenerator });
    expect(stored.size).toBe(1);
    const { client } = await webClient({ targetingKey: "u" }, { cacheMode, cacheKeyGenerator });
    expect(client.getBooleanDetails("on-for-all", false)).toMatchObject({
      value: true,
      variant: "on",
      reason: "CACHED",
    });
  });

  it("T18: is ready without a targeting key, and one flag alone says what it lacks", async () => {
    const { client, problem } = await webClient({});
    expect(problem).toBeUndefined();
    expect(client.getBooleanValue("on-for-all", false)).toBe(true);
    expect(client.getBooleanDetails("half", true)).toMatchObject({
      value: true,
      errorCode: "TARGETING_KEY_MISSING",
    });
  });

  it("T19: gives up for good with a key that does not work", async () => {
    const { client, problem } = await webClient({}, {}, `${environment.client}x`);
    expect(problem).toMatchObject({ code: "PROVIDER_FATAL" });
    expect(client.providerStatus).toBe(ProviderStatus.FATAL);
  });
});

const PATH = "/ofrep/v1/evaluate/flags/on-for-all";
const post = (at: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const call = request(`${edge.url}${at}`, {
      method: "POST",
      headers: { authorization: `Bearer ${environment.server}`, ...headers },
    });
    call.on("error", reject);
    call.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body }));
    });
    call.end('{"context":{}}');
  });

describe("the wire", () => {
  it("T27: an offer to upgrade to HTTP/2 is ignored", async () => {
    const answer = await post(PATH, {
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
      "http2-settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ value: true });
  });

  it("T22: a base URL with a slash at the end works", async () => {
    expect((await post(`/${PATH}`)).status).toBe(200);
  });

  it("an integral float is still one on the wire", async () => {
    const { body } = await post("/ofrep/v1/evaluate/flags/ratio");
    expect(body).toContain('"value":10.0,');
  });
});
