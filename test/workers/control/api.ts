import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import { problemsOf } from "../../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { ProblemResponse } from "../../../src/contract/problem.ts";

export interface Sent {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  /** Instead of `body`: the text as it goes over the wire. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
}

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers of every shape; the schemas below have checked them.
  readonly body: any;
}

export type Fetch = (request: Request) => Response | Promise<Response>;

const toWorker: Fetch = (request) => exports.default.fetch(request);

/**
 * One call as anyone would make it, over the real Worker. Each answer is held against the table:
 * a success against its schema, a problem against the list of problems that the endpoint names.
 */
export async function call(id: EndpointId, sent: Sent = {}, fetch = toWorker): Promise<Got> {
  const endpoint: EndpointDefinition = endpoints[id];
  const response = await fetch(requestFor(endpoint, sent));
  const body: any = response.status === 304 ? null : await response.json();
  if (response.ok) {
    expect(response.status).toBe(endpoint.response.status);
    const parsed = endpoint.response.schema.safeParse(body);
    expect(parsed.error?.issues ?? []).toEqual([]);
  } else if (response.status !== 304) {
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(ProblemResponse.safeParse(body).success).toBe(true);
    expect(problemsOf(endpoint)).toContain(body.code);
    expect(body.requestId).toBe(response.headers.get("x-request-id"));
  }
  return { status: response.status, headers: response.headers, body };
}

export function requestFor(endpoint: EndpointDefinition, sent: Sent): Request {
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(sent.params?.[name] ?? "missing"),
  );
  const url = new URL(`https://flags.example${path}`);
  for (const [name, value] of Object.entries(sent.query ?? {})) url.searchParams.set(name, value);
  const text = sent.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
  return new Request(url, {
    method: endpoint.method,
    headers: {
      authorization: `Bearer ${env.ADMIN_TOKEN}`,
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...sent.headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
}

/** The same, expected to succeed. */
export async function done(id: EndpointId, sent: Sent = {}): Promise<Got> {
  const got = await call(id, sent);
  expect(got.body, `${id} should succeed`).not.toHaveProperty("code");
  return got;
}

// Type aliases, because an interface is no `Record<string, string>`.
export type Place = { readonly project: string; readonly environment: string };

/** A project of its own with these environments; the place is the first of them. */
export async function newPlace(...keys: readonly string[]): Promise<Place> {
  const project = `p-${crypto.randomUUID()}`;
  await done("projects.create", { body: { key: project } });
  for (const key of keys) {
    await done("environments.create", { params: { project }, body: { key } });
  }
  return { project, environment: keys[0] ?? "none" };
}

/** A place with one boolean flag in it, off by default. */
export async function newFlag(base: object = {}): Promise<Place & { readonly flag: string }> {
  const place = await newPlace("dev");
  await done("catalogue.create", {
    params: { project: place.project },
    body: { key: "new-nav", base },
  });
  return { ...place, flag: "new-nav" };
}

/** Reads a list to its end, with pages of this size. */
export async function readAll(id: EndpointId, sent: Sent, limit: number): Promise<readonly any[]> {
  const all: any[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = {
      ...sent.query,
      limit: String(limit),
      ...(cursor === null ? {} : { cursor }),
    };
    const page: Got = await done(id, { ...sent, query });
    expect(page.body.items.length).toBeLessThanOrEqual(limit);
    all.push(...page.body.items);
    cursor = page.body.next;
  } while (cursor !== null);
  return all;
}
