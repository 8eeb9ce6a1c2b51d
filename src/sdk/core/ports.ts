/** What a client uses of a WebSocket; the platform's own fit. */
export interface StreamSocket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
}

export type StreamSocketConstructor = new (url: string, protocols: string[]) => StreamSocket;

/** What a client uses of an HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export type HttpFetch = (
  url: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<HttpAnswer>;

export interface ClientClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  startTimer(run: () => void, ms: number): () => void;
}

/**
 * Where the last known good state is kept for the next start, as one text. It may lose it. Either
 * may reject: the client goes on without.
 */
export interface LastKnownGoodStorage {
  get(): Promise<string | null>;
  put(text: string): Promise<void>;
}
