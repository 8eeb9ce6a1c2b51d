import type { EndpointId, Endpoints, ResponseOf } from "../../contract/endpoints.ts";
import type { Answer } from "./answer.ts";
import type { AnyInput, CallInput } from "./call-input.ts";
import { OPERATIONS } from "./operations.gen.ts";
import { networkProblem, readAnswer } from "./read-answer.ts";
import { buildRequest } from "./request.ts";
import { DEFAULT_RETRY, isPassing, pause, waitMs } from "./retry.ts";
import type { RetryPolicy } from "./retry.ts";

export interface AdminClientOptions {
  /** Origin of the installation, such as `https://flags.example.com`. */
  readonly baseUrl: string;
  /** The admin token. Keep it out of browsers. */
  readonly token: string;
  /** Absent: the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly retry?: Partial<RetryPolicy>;
}

/** Input may be left out where the endpoint demands nothing. */
type Arguments<Id extends EndpointId> =
  { readonly signal?: AbortSignal } extends CallInput<Id>
    ? [input?: CallInput<Id>]
    : [input: CallInput<Id>];

/** Where the endpoint streams, what it says from time to time, until it ends. */
type ResultOf<Id extends EndpointId> = Endpoints[Id] extends { response: { stream: true } }
  ? AsyncIterable<ResponseOf<Id>>
  : ResponseOf<Id>;

type Call<Id extends EndpointId> = (...input: Arguments<Id>) => Promise<Answer<ResultOf<Id>>>;

type Group = EndpointId extends infer Id
  ? Id extends `${infer Name}.${string}`
    ? Name
    : never
  : never;

/** `client.flags.patch(input)` is `client.call("flags.patch", input)`. */
export type AdminGroups = {
  readonly [Name in Group]: {
    readonly [
      Id in Extract<EndpointId, `${Name}.${string}`> as Id extends `${Name}.${infer Verb}`
        ? Verb
        : never
    ]: Call<Id>;
  };
};

export interface AdminClient extends AdminGroups {
  call<Id extends EndpointId>(id: Id, ...input: Arguments<Id>): Promise<Answer<ResultOf<Id>>>;
}

/**
 * The management API as functions, typed by the endpoint table. Reads, and POSTs (which it gives
 * an idempotency key), are tried again when the installation is busy or the connection is lost.
 */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const send = (id: EndpointId, input: AnyInput = {}) => perform(id, input, options);
  const groups: Record<string, Record<string, unknown>> = {};
  for (const id of Object.keys(OPERATIONS).filter(isEndpointId)) {
    const [group = "", verb = ""] = id.split(".");
    (groups[group] ??= {})[verb] = (input?: AnyInput) => send(id, input);
  }
  // The groups are made from the table that their types are made from.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as said above
  return { ...groups, call: send } as unknown as AdminClient;
}

const isEndpointId = (id: string): id is EndpointId => Object.hasOwn(OPERATIONS, id);

async function perform(
  id: EndpointId,
  input: AnyInput,
  options: AdminClientOptions,
): Promise<Answer<unknown>> {
  const operation = OPERATIONS[id];
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const policy = { ...DEFAULT_RETRY, ...options.retry };
  const key = input.idempotencyKey ?? (operation.keyed ? crypto.randomUUID() : undefined);
  const attempts = operation.repeatable || operation.keyed ? policy.attempts : 1;
  for (let attempt = 1; ; attempt += 1) {
    const request = buildRequest(operation, input, key, options);
    const outcome = await attemptOnce(request, send);
    const isFinal = attempt >= attempts || input.signal?.aborted === true;
    if (isFinal || !isPassing(outcome.status)) return outcome.answer;
    await pause(waitMs(attempt + 1, outcome.retryAfter, policy, Math.random), input.signal);
  }
}

interface Outcome {
  readonly answer: Answer<unknown>;
  /** 0: nobody answered. */
  readonly status: number;
  /** Seconds; 0 when the server named none. */
  readonly retryAfter: number;
}

async function attemptOnce(
  request: Request,
  send: (request: Request) => Promise<Response>,
): Promise<Outcome> {
  try {
    const response = await send(request);
    const seconds = Number(response.headers.get("retry-after") ?? 0);
    return {
      answer: await readAnswer(response),
      status: response.status,
      retryAfter: Number.isFinite(seconds) ? Math.max(0, seconds) : 0,
    };
  } catch (error) {
    const problem = networkProblem(request.url, error);
    return { answer: { ok: false, problem }, status: 0, retryAfter: 0 };
  }
}
