import type { OfrepClient } from "./client.ts";

/** A server under test, seeded, and what may be done to it. */
export interface Target {
  readonly url: string;
  readonly client: OfrepClient;
  readonly serverKey: string;
  /** Absent: the server has no keys for browsers, or none was named. */
  readonly clientKey?: string;
  /** A server key of the second environment of the seed. */
  readonly otherKey?: string;
  /** A key that was good once. */
  readonly revokedKey?: string;
  /** What the seed's flag keys begin with on this server. */
  readonly prefix: string;
  /** Absent: nothing can be changed while the checks run. */
  readonly changes?: Changes;
  /** How long a change may take to be seen, in milliseconds. */
  readonly settleMs: number;
  /** How long to wait for an event stream's sign of life, in milliseconds; absent: not at all. */
  readonly heartbeatMs?: number;
}

export interface Changes {
  /** Lets a flag of the seed serve one of its variants to everyone. */
  serve(flag: string, variant: string): Promise<void>;
  /** How many requests a key may make in a second; `null`: as many as it wants. */
  requestLimit(): Promise<number | null>;
  limitRequests(perSecond: number | null): Promise<void>;
  issueServerKey(): Promise<{ readonly key: string; revoke(): Promise<void> }>;
}

/** Asks again until `isSeen`, for as long as a change may take; the last answer in any case. */
export async function settled<T>(
  target: Target,
  ask: () => Promise<T>,
  isSeen: (answer: T) => boolean,
): Promise<T> {
  const end = performance.now() + target.settleMs;
  let answer = await ask();
  while (!isSeen(answer) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    answer = await ask();
  }
  return answer;
}

const ASK_AGAIN_MS = 50;
