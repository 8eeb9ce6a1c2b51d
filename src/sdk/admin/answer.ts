import type { ProblemResponse } from "../../contract/problem.ts";

/** What a call came to. Nothing is thrown for what a server or a network can do. */
export type Answer<Value> =
  | {
      readonly ok: true;
      readonly value: Value;
      readonly status: number;
      /** For `ifMatch` in the next change; `null` where the resource has no version. */
      readonly etag: string | null;
      /** The environment's newest revision, where the call changed one. */
      readonly revision: number | null;
      /** True when an earlier request under the same idempotency key was answered again. */
      readonly replayed: boolean;
    }
  | { readonly ok: false; readonly problem: ClientProblem };

/** The server's own words, or why there are none. */
export type ClientProblem =
  | ProblemResponse
  /** No answer: the network, the address, or the caller's abort. `status` is 0. */
  | LocalProblem<"client.network">
  /** Not an answer of this API: a proxy's page, or another server. */
  | LocalProblem<"client.not-the-api">;

export interface LocalProblem<Code extends string> {
  readonly code: Code;
  readonly status: number;
  readonly title: string;
  /** What is wrong and what to do next. */
  readonly detail: string;
}
