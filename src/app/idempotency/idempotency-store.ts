/** One request that may be repeated, as its caller named it. */
export interface RepeatableRequest {
  /** The credential, in the organisation that it acts in. */
  readonly credentialId: string;
  readonly key: string;
  /** Equal for requests that ask for the same. */
  readonly fingerprint: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text without secrets. */
  readonly body: string;
}

export type Begun =
  /** `commandId` is the same for every attempt at this request, and for no other request. */
  | { readonly kind: "started"; readonly commandId: string }
  | { readonly kind: "answered"; readonly answer: KeptAnswer }
  | { readonly kind: "in-progress"; readonly retryAtMs: number }
  | { readonly kind: "other-request" };

/** How long an answer is kept, and how long a request without one is taken to be alive. */
export const IDEMPOTENCY = { keptMs: 24 * 3_600_000, leaseMs: 60_000 } as const;

export interface IdempotencyStore {
  /**
   * Takes the key for this request, or says who has it. Forgets what is older than `keptMs`.
   *
   * @param newCommandId names the work if this is its first attempt.
   */
  begin(request: RepeatableRequest, newCommandId: string, nowMs: number): Promise<Begun>;
  keep(request: RepeatableRequest, answer: KeptAnswer): Promise<void>;
  /** After a refusal: nothing was done, and the key is free for any request. */
  release(request: RepeatableRequest): Promise<void>;
  /** After a failure that may have done the work: the same request may be attempted again. */
  suspend(request: RepeatableRequest): Promise<void>;
}
