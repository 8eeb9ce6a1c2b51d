import type { Answer } from "./answer.ts";

const FLAGS = "/ofrep/v1/evaluate/flags";

export interface OfrepRequest {
  readonly method: string;
  /** From the slash after the origin. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one request; rejects only when no answer came. */
export type Send = (request: OfrepRequest) => Promise<Answer>;

/** What was asked, and what was answered. */
export interface Exchange {
  /** What OFREP defines the answer of; `other`: a preflight or the like. */
  readonly kind: "single" | "bulk" | "other";
  readonly request: OfrepRequest;
  readonly answer: Answer;
}

const TIMEOUT_MS = 10_000;

/** Sends over the network. Redirects are not followed: a client of the protocol meets none. */
export function sendTo(baseUrl: string): Send {
  const base = baseUrl.replace(/\/+$/, "");
  return async ({ method, path, headers, body }) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body }),
    });
    const { status } = response;
    return { status, headers: new Headers([...response.headers]), text: await response.text() };
  };
}

export interface CallOptions {
  /** `null`: without a key. Absent: the server key. */
  readonly key?: string | null;
  /** Absent: the `context` member alone. */
  readonly body?: string;
  readonly context?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The protocol's two calls, and a memory of every answer for the checks that look back. */
export class OfrepClient {
  readonly exchanges: Exchange[] = [];
  readonly #send: Send;
  readonly #key: string;

  constructor(send: Send, key: string) {
    this.#send = send;
    this.#key = key;
  }

  single(flag: string, options: CallOptions = {}): Promise<Answer> {
    return this.post("single", `${FLAGS}/${flag}`, options);
  }

  bulk(options: CallOptions = {}): Promise<Answer> {
    return this.post("bulk", FLAGS, options);
  }

  post(kind: Exchange["kind"], path: string, options: CallOptions): Promise<Answer> {
    const { key = this.#key, headers, context = { targetingKey: "user-1" } } = options;
    return this.send(kind, {
      method: "POST",
      path,
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
      body: options.body ?? JSON.stringify({ context }),
    });
  }

  async send(kind: Exchange["kind"], request: OfrepRequest): Promise<Answer> {
    const answer = await this.#send(request);
    this.exchanges.push({ kind, request, answer });
    return answer;
  }
}
