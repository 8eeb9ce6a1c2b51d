import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { environmentId } from "../../../src/core/brand.ts";
import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import type { EventQueue } from "../../../src/core/events/event-queue.ts";
import {
  formatSdkKey,
  SDK_KEY_RANDOM_BYTES,
  type SdkKeyKind,
  sdkKeyHash,
  sdkKeyHint,
} from "../../../src/core/keys/sdk-key.ts";
import { createEdge } from "../../../workers/edge/app.ts";
import type { EdgeEnv } from "../../../workers/edge/edge-env.ts";
import { platformClock } from "../../../workers/edge/platform-clock.ts";
import { TestQueue } from "../../unit/workers/edge/test-queue.ts";
import { aRemoteEnvironment, type RemoteEnvironment } from "../authority/an-environment.ts";

export interface IssuedTestKey {
  readonly id: string;
  readonly text: string;
}

/** A real environment with keys of both kinds. */
export class Tenant {
  readonly environment: RemoteEnvironment;
  server = "";
  client = "";

  private constructor(environment: RemoteEnvironment) {
    this.environment = environment;
  }

  static async with(...flags: readonly FlagDocument[]): Promise<Tenant> {
    const tenant = new Tenant(await aRemoteEnvironment());
    for (const document of flags) await tenant.environment.do({ kind: "flag.create", document });
    tenant.server = (await tenant.issue("server")).text;
    tenant.client = (await tenant.issue("client")).text;
    return tenant;
  }

  get id(): string {
    return this.environment.id;
  }

  async issue(
    kind: SdkKeyKind,
    limits: { readonly expiresAtMs?: number; readonly origins?: readonly string[] } = {},
  ): Promise<IssuedTestKey> {
    const id = crypto.randomUUID();
    const text = newKey(kind, this.id);
    const { expiresAtMs = null, origins = [] } = limits;
    const hash = sdkKeyHash(text);
    const hint = sdkKeyHint(text);
    const key = { id, kind, name: id, hash, hint, expiresAtMs, origins };
    await this.environment.do({ kind: "key.issue", key });
    return { id, text };
  }
}

/** A well-formed key that nobody issued. */
export function newKey(kind: SdkKeyKind, environment: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SDK_KEY_RANDOM_BYTES));
  return formatSdkKey(kind, environmentId(environment), bytes);
}

export interface CallOptions {
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, unless it is a text. */
  readonly body?: unknown;
  readonly method?: string;
  readonly cf?: Record<string, unknown>;
}

export interface Called {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, `undefined` when there is none. */
  readonly json: any;
}

export const FLAGS = "/ofrep/v1/evaluate/flags";

/** An isolate of its own: nothing held, and a clock that can be moved on. */
export class Isolate {
  env: EdgeEnv = env;
  queue: EventQueue = new TestQueue();
  startTimer = platformClock.startTimer;
  waitUntil: ((work: Promise<unknown>) => void) | undefined;
  host = "edge.example";
  readonly lines: Record<string, unknown>[] = [];
  #aheadMs = 0;
  readonly #standsAtMs: number | undefined;
  readonly #edge = createEdge({
    clock: {
      now: () => (this.#standsAtMs ?? Date.now()) + this.#aheadMs,
      startTimer: (ms) => this.startTimer(ms),
    },
    log: (level, event, fields) => this.lines.push({ level, event, ...fields }),
    queueOf: () => this.queue,
  });

  /** @param standsAtMs where its clock stands, for a test that must not run into the next second. */
  constructor(standsAtMs?: number) {
    this.#standsAtMs = standsAtMs;
  }

  /** As if so much time had passed. */
  later(ms: number): this {
    this.#aheadMs += ms;
    return this;
  }

  async call(path: string, options: CallOptions = {}): Promise<Called> {
    const response = await this.send(path, options);
    const text = await response.text();
    const json: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, text, json };
  }

  send(path: string, options: CallOptions = {}): Promise<Response> {
    const { key, method = "POST", body, cf } = options;
    const headers = new Headers(options.headers);
    if (typeof key === "string") headers.set("authorization", `Bearer ${key}`);
    const request = new Request(`https://${this.host}${path}`, {
      method,
      headers,
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(cf === undefined ? {} : { cf }),
    });
    const { waitUntil } = this;
    const context = waitUntil === undefined ? createExecutionContext() : { waitUntil };
    return this.#edge.fetch(request, this.env, context);
  }

  /** Evaluates one flag with the tenant's server key. */
  flag(tenant: Tenant, key: string, context?: unknown): Promise<Called> {
    const body = context === undefined ? undefined : { context };
    return this.call(`${FLAGS}/${key}`, { key: tenant.server, body });
  }

  bulk(key: string, context?: unknown, headers: Record<string, string> = {}): Promise<Called> {
    const body = context === undefined ? undefined : { context };
    return this.call(FLAGS, { key, body, headers });
  }
}
