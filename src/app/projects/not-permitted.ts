import type { Because } from "../../core/access/can.ts";
import type { Scope } from "../../core/access/scopes.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { err } from "../../core/result.ts";

/** The caller may make the request, but not this of it. */
export type NotPermitted = Extract<AuthorityProblem, { readonly kind: "not-permitted" }>;

export const notPermitted = (scope: Scope, because: Because) =>
  err({ kind: "not-permitted", scope, because } as const);
