import { errorText, type OfrepError } from "../../src/core/ofrep/error-body.ts";

/** What an answer was made from. */
export interface ReplySource {
  readonly environmentId: string;
  readonly revision: number;
  /** `null`: it is fresh. */
  readonly staleMs: number | null;
}

type ReplyBody = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;

/** An answer before it is a `Response`: what every answer has is added in one place. */
export interface EdgeReply {
  readonly status: number;
  /**
   * A text is JSON, and so are bytes, which may be made when they are sent; a stream says in a header
   * what it is; `null`: none.
   */
  readonly body: ReplyBody | (() => ReplyBody);
  readonly headers: Readonly<Record<string, string>>;
  /** Of a request that is answered with a socket; the status is 101. */
  readonly webSocket?: WebSocket;
  readonly error?: OfrepError;
  readonly source?: ReplySource;
}

/**
 * Every error has a JSON body with code and details, whatever its status: some clients read the
 * body before they look at the status. `flagKey`: the flag that was asked for, `null` for a bulk.
 */
export function errorReply(
  status: number,
  error: OfrepError,
  flagKey: string | null,
  headers: Readonly<Record<string, string>> = {},
): EdgeReply {
  return {
    status,
    error,
    body: errorText(error, flagKey),
    headers: { "cache-control": "no-store", ...headers },
  };
}

/** Codes of the protocol that do not fit become `GENERAL`; the details say what happened. */
export function generalError(errorDetails: string): OfrepError {
  return { errorCode: "GENERAL", errorDetails };
}
