import { endpoints } from "../../../src/contract/endpoints.ts";
import type { Contexts } from "./contexts.ts";
import type { RawRequest } from "./raw-client.ts";
import type { SecretWorld } from "./secret-world.ts";

/** Where a request goes, as it is counted. */
export type Kind = "bulk" | "single" | "events" | "refused" | "management" | "other";

export interface ClientRequest extends RawRequest {
  readonly kind: Kind;
  /** Where the caller said what the answer may repeat. Contexts are never repeated. */
  readonly mayRepeat: string;
}

const PATHS = ["", "/", "/nothing", "/..%2f..", "/%00", "?key=x"];
const METHODS = ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "PROPFIND"];
const EDGE = ["/ofrep/v1/evaluate/flags", "/ofrep/v1/configuration", "/sdk/v1/events", "/sdk"];
const REFUSED = [
  "/sdk/v1/ruleset",
  "/sdk/v1/ruleset?since=0",
  "/sdk/v1/stream",
  "/ofrep/v1/stream?t=a.b.c",
];
const OPEN = ["/healthz", "/", "/api/openapi.json", "/api/docs", "/nothing"];
const routes = Object.values(endpoints).map(({ method, path }) => ({ method, path }));

/** Whatever the holder of a client key can ask over HTTP, one context each. */
export class ClientRequests {
  readonly #contexts: Contexts;
  readonly #world: SecretWorld;

  constructor(contexts: Contexts, world: SecretWorld) {
    this.#contexts = contexts;
    this.#world = world;
  }

  next(): ClientRequest {
    const { chance } = bound(this.#contexts);
    if (chance(0.72)) return this.#bulk();
    if (chance(0.55)) return this.#single();
    if (chance(0.5)) return this.#events();
    if (chance(0.34)) return this.#refused();
    return chance(0.5) ? this.#management() : this.#other();
  }

  #bulk(): ClientRequest {
    return this.#evaluation("bulk", "/ofrep/v1/evaluate/flags");
  }

  #single(): ClientRequest {
    const { chance, oneOf, guess } = bound(this.#contexts);
    const { visible, hidden } = this.#world;
    const key = chance(0.6) ? oneOf(visible) : chance(0.5) ? oneOf(hidden) : guess();
    return this.#evaluation("single", `/ofrep/v1/evaluate/flags/${key}`);
  }

  #evaluation(kind: Kind, path: string): ClientRequest {
    const body = this.#contexts.body();
    return { kind, method: "POST", path, headers: this.#headers(), body, mayRepeat: path };
  }

  /** Events of what is there, of what is hidden, and of what is guessed. */
  #events(): ClientRequest {
    const { chance, oneOf, guess } = bound(this.#contexts);
    const { visible, hidden } = this.#world;
    const named = chance(0.4) ? oneOf(hidden) : guess();
    const flag = chance(0.5) ? oneOf(visible) : named;
    const variation = chance(0.6) ? oneOf(["a", "c"]) : named;
    const { targetingKey, ...attributes } = this.#contexts.context();
    const event = {
      kind: oneOf(["exposure", "usage", "metric"]),
      id: `e-${oneOf(EDGE).length}-${Math.floor(Date.now())}`,
      timestamp: Date.now(),
      targetingKey,
      attributes,
      flag,
      variation,
    };
    const body = JSON.stringify({ events: [event, { ...event, flag: named, kind: "exposure" }] });
    const path = "/sdk/v1/events";
    return {
      kind: "events",
      method: "POST",
      path,
      headers: this.#headers(),
      body,
      mayRepeat: body,
    };
  }

  /** What a client key is refused, and what is malformed. */
  #refused(): ClientRequest {
    const { chance, oneOf } = bound(this.#contexts);
    if (chance(0.4)) {
      const path = oneOf(REFUSED);
      return { kind: "refused", method: "GET", path, headers: this.#headers(), mayRepeat: "" };
    }
    const method = oneOf(METHODS);
    const path = `${oneOf(EDGE)}${oneOf(PATHS)}`;
    const headers = this.#headers();
    const body = ["GET", "HEAD", "OPTIONS"].includes(method) ? {} : { body: this.#contexts.body() };
    return { kind: "refused", method, path, headers, mayRepeat: path, ...body };
  }

  /** Each row of the management API, whose door a client key does not open. */
  #management(): ClientRequest {
    const { oneOf, guess } = bound(this.#contexts);
    const { method, path: row } = oneOf(routes);
    const named = guess();
    const known: Readonly<Record<string, string>> = { project: "secrets", environment: "prod" };
    const path = row.replaceAll(/:(\w+)/g, (_, name: string) => known[name] ?? named);
    const body = method === "GET" ? {} : { body: this.#contexts.body() };
    return { kind: "management", method, path, headers: this.#headers(), mayRepeat: path, ...body };
  }

  #other(): ClientRequest {
    const { chance, oneOf } = bound(this.#contexts);
    const headers = this.#headers();
    if (chance(0.5))
      return { kind: "other", method: "GET", path: oneOf(OPEN), headers, mayRepeat: "" };
    const command = { environmentId: this.#world.environmentId, ...this.#contexts.context() };
    const sealed = { command: JSON.stringify(command), signature: "0".repeat(128) };
    const path = "/sdk/v1/break-glass";
    return {
      kind: "other",
      method: "POST",
      path,
      headers,
      body: JSON.stringify(sealed),
      mayRepeat: "",
    };
  }

  #headers(): Record<string, string> {
    const { chance, oneOf } = bound(this.#contexts);
    const { clientKey, boundKey } = this.#world;
    const key = chance(0.03) ? boundKey : clientKey;
    return {
      "content-type": "application/json",
      ...(chance(0.5) ? { authorization: `Bearer ${key}` } : { "x-api-key": key }),
      ...(chance(0.3)
        ? { origin: oneOf(["https://shop.example", "null", "https://x.example"]) }
        : {}),
      ...(chance(0.1) ? { "if-none-match": oneOf(["*", '"1"', 'W/"x"']) } : {}),
      ...(chance(0.05) ? { "accept-encoding": "gzip, br" } : {}),
    };
  }
}

const bound = (contexts: Contexts) => ({
  chance: (share: number) => contexts.chance(share),
  oneOf: <T>(list: readonly T[]) => contexts.oneOf(list),
  guess: () => contexts.guess(),
});
