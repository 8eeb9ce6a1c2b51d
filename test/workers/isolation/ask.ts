import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints, type EndpointId } from "../../../src/contract/endpoints.ts";

/** A request to a row of the endpoint table. */
export interface RowRequest {
  readonly id: EndpointId;
  readonly params: Readonly<Record<string, string>>;
  /** Absent: it is asked without. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface WireRequest {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface RowAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string;
  /** `name=value` of each cookie that was set. */
  readonly cookies: readonly string[];
  /** Status line, headers and body, as far as the client can see them. */
  readonly text: string;
  // Tests look into answers of every shape.
  readonly body: any;
}

/** Sends a request as it is, or with a credential. */
export type Send = (request: WireRequest) => Promise<RowAnswer>;

/** The same with headers that each request of a credential has. */
export const sendingWith =
  (send: Send, always: Readonly<Record<string, string>>): Send =>
  (request) =>
    send({ ...request, headers: { ...always, ...request.headers } });

export const rowOf = (id: EndpointId): EndpointDefinition => endpoints[id];

export const rowIds: readonly EndpointId[] = Object.keys(endpoints).filter((id): id is EndpointId =>
  Object.hasOwn(endpoints, id),
);

/** The request as it is sent; `write` says how a parameter's value is written into the path. */
export function onWire(
  { id, params, query, body }: RowRequest,
  write: (value: string) => string = encodeURIComponent,
): WireRequest {
  const { method, path: row, ifMatch } = rowOf(id);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const path = row.replaceAll(/:(\w+)/g, (_, name: string) => write(params[name] ?? "missing"));
  return {
    method,
    path: query === undefined ? path : `${path}?${new URLSearchParams(query).toString()}`,
    headers: {
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...(ifMatch === "required" ? { "if-match": "*" } : {}),
    },
    body: text,
  };
}
