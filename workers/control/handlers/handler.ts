import type { ExpectedVersion } from "../../../src/core/authority/command.ts";
import type { Caller } from "../../../src/app/caller.ts";
import type {
  BodyOf,
  EndpointId,
  ParamsOf,
  QueryOf,
  ResponseOf,
} from "../../../src/contract/endpoints.ts";
import type { Services } from "../services.ts";

/** A request to one endpoint, checked against the table. */
export interface Call<Id extends EndpointId> {
  readonly params: ParamsOf<Id>;
  readonly query: QueryOf<Id>;
  readonly body: BodyOf<Id>;
  readonly caller: Caller;
  readonly expectedVersion: ExpectedVersion;
  /** Equal for requests that ask for the same. */
  readonly fingerprint: string;
  /** Of a stream that was lost: the last event that came; `null`: it is the first. */
  readonly lastEventId: string | null;
  /** Where people reach the installation, for links: `https://flags.example.com`. */
  readonly origin: string;
}

/** A whole body, or what is sent instead of one where the endpoint answers with a stream. */
export type Answer<Body> = AnswerHead<Body> &
  (
    | { readonly body: Body; readonly stream?: ReadableStream<Uint8Array> }
    | { readonly body: null; readonly stream: ReadableStream<Uint8Array> }
  );

interface AnswerHead<Body> {
  /** Version of the resource; becomes the ETag. */
  readonly version?: number;
  /** The environment's newest revision, where one changed. */
  readonly revision?: number;
  /** True when the authority had done the command before, and gives its first answer again. */
  readonly replayed?: boolean;
  /** True when the body has parts that change without a new version: it is never "unchanged". */
  readonly live?: true;
  /** Of the stream; absent: server-sent events. */
  readonly streamHeaders?: Readonly<Record<string, string>>;
  /** What a repetition under the same idempotency key is answered with, if not `body`. */
  readonly replay?: Body;
}

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type Handler<Id extends EndpointId> = (
  call: Call<Id>,
  services: Services,
) => Promise<Answer<DeepReadonly<ResponseOf<Id>>>>;

/** One handler for each row of the table that begins with one of these names. */
export type HandlersOf<Prefix extends string> = {
  readonly [Id in Extract<EndpointId, `${Prefix}.${string}`>]: Handler<Id>;
};

/** One handler for each row of the table: a missing one does not compile. */
export type Handlers = { readonly [Id in EndpointId]: Handler<Id> };
