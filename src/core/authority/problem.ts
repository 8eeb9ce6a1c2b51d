import type { Because } from "../access/can.ts";
import type { Scope } from "../access/scopes.ts";
import type { Issue } from "../issue.ts";

/** What commands name; the other kinds of documents are changed by rollbacks alone. */
export type NamedKind = "flag" | "segment" | "key" | "break-glass-key";

/** Every way in which the authority refuses. Facts only; words are made at the surface. */
export type AuthorityProblem =
  | { readonly kind: "not-permitted"; readonly scope: Scope; readonly because: Because }
  | { readonly kind: "unknown-environment" }
  | { readonly kind: "initialized-differently"; readonly field: string }
  | {
      readonly kind: "not-found";
      readonly documentKind: NamedKind | "override";
      readonly key: string;
    }
  | {
      readonly kind: "already-exists";
      readonly documentKind: Exclude<NamedKind, "break-glass-key"> | "override";
      readonly key: string;
    }
  | {
      readonly kind: "version-conflict";
      readonly documentKind: NamedKind | "settings";
      readonly key: string;
      readonly expected: number;
      readonly actual: number;
    }
  /** The environment as a whole is not at the revision that the caller has seen. */
  | { readonly kind: "revision-conflict"; readonly expected: number; readonly actual: number }
  | { readonly kind: "archived"; readonly key: string; readonly archivedAtMs: number }
  | { readonly kind: "not-archived"; readonly key: string }
  | { readonly kind: "not-killed"; readonly key: string }
  /** Named one by one, and not in the environment; nothing was done. */
  | { readonly kind: "unknown-flags"; readonly keys: readonly string[] }
  /** None of the flags has the variation; `known` are those that any of them has. */
  | {
      readonly kind: "variation-known-to-none";
      readonly variation: string;
      readonly known: readonly string[];
    }
  | { readonly kind: "reason-required"; readonly command: string }
  | { readonly kind: "invalid-document"; readonly issues: readonly Issue[] }
  /** Others refer to it: each `usedBy` is a place such as `flag checkout, /rules/0/if`. */
  | {
      readonly kind: "in-use";
      readonly documentKind: "flag" | "segment";
      readonly key: string;
      readonly usedBy: readonly string[];
    }
  | {
      readonly kind: "limit-exceeded";
      readonly what: string;
      readonly limit: number;
      readonly actual: number;
    }
  | { readonly kind: "unknown-revision"; readonly asked: number; readonly newest: number }
  /** The flag did not exist, or was archived, at that revision. */
  | { readonly kind: "absent-at-revision"; readonly key: string; readonly revision: number }
  | { readonly kind: "key-revoked"; readonly id: string }
  /** What is made now would have ended already; both in milliseconds since the Unix epoch. */
  | { readonly kind: "already-past"; readonly expiresAtMs: number; readonly nowMs: number }
  | { readonly kind: "command-id-reused"; readonly commandId: string }
  /** Not a `next` that this list gave out. */
  | { readonly kind: "invalid-cursor"; readonly cursor: string };
