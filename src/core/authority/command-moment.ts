import type { SigningKey } from "../signing/seal.ts";

/** What a command comes with from outside the core. */
export interface CommandMoment {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** Made for this command, should it be one that needs a key; its former key has endorsed it. */
  readonly signingKey: SigningKey | null;
}
