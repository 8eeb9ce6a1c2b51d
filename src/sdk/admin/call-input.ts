import type {
  BodyInputOf,
  EndpointId,
  Endpoints,
  ParamsOf,
  QueryInputOf,
} from "../../contract/endpoints.ts";

interface CommonInput {
  /** Gives up when it fires. */
  readonly signal?: AbortSignal;
  /** Why; written into the log. Any characters. */
  readonly reason?: string;
}

type WithParams<Id extends EndpointId> = Endpoints[Id] extends { params: object }
  ? { readonly params: ParamsOf<Id> }
  : { readonly params?: undefined };

type WithQuery<Id extends EndpointId> = Endpoints[Id] extends { query: object }
  ? { readonly query?: QueryInputOf<Id> }
  : { readonly query?: undefined };

type WithBody<Id extends EndpointId> = Endpoints[Id] extends {
  request: { optional: true };
}
  ? { readonly body?: BodyInputOf<Id> }
  : Endpoints[Id] extends { request: object }
    ? { readonly body: BodyInputOf<Id> }
    : { readonly body?: undefined };

/** The ETag of what was read, or `*` to overwrite knowingly. */
type WithIfMatch<Id extends EndpointId> = Endpoints[Id] extends { ifMatch: "required" }
  ? { readonly ifMatch: string }
  : Endpoints[Id] extends { ifMatch: "optional" }
    ? { readonly ifMatch?: string }
    : { readonly ifMatch?: undefined };

/** Only where the table has a POST; the client makes one up when none is given. */
type WithKey<Id extends EndpointId> = Endpoints[Id] extends { method: "POST" }
  ? { readonly idempotencyKey?: string }
  : { readonly idempotencyKey?: undefined };

/** What a call to this endpoint takes; what the endpoint does not know, the type refuses. */
export type CallInput<Id extends EndpointId> = CommonInput &
  WithParams<Id> &
  WithQuery<Id> &
  WithBody<Id> &
  WithIfMatch<Id> &
  WithKey<Id>;

export type QueryValue = string | number | boolean;

/** The same with everything optional, for the code that serves all endpoints. */
export interface AnyInput extends CommonInput {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, QueryValue | undefined>> | undefined;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}
