import type { AnyInput } from "./call-input.ts";

export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  /** It answers with server-sent events. */
  readonly stream?: boolean;
}

export interface Access {
  readonly baseUrl: string;
  readonly token: string;
}

/** The request for one call. Path parameters and reason are encoded; nothing is checked. */
export function buildRequest(
  operation: Operation,
  input: AnyInput,
  idempotencyKey: string | undefined,
  { baseUrl, token }: Access,
): Request {
  const accept = operation.stream === true ? "text/event-stream" : "application/json";
  const headers = new Headers({ accept, authorization: `Bearer ${token}` });
  if (input.body !== undefined) headers.set("content-type", "application/json");
  if (input.ifMatch !== undefined) headers.set("if-match", input.ifMatch);
  if (idempotencyKey !== undefined) headers.set("idempotency-key", idempotencyKey);
  if (input.reason !== undefined) {
    headers.set("x-switchyard-reason", encodeURIComponent(input.reason));
  }
  return new Request(urlOf(operation, input, baseUrl), {
    method: operation.method,
    headers,
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
}

function urlOf({ path }: Operation, { params, query }: AnyInput, baseUrl: string): URL {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params?.[name] ?? ""),
  );
  const url = new URL(baseUrl.replace(/\/+$/, "") + filled);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
