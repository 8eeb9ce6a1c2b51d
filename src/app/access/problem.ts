import type { Edition, Feature } from "../../core/access/edition.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { asSeen, type Changed } from "../expected-version.ts";

/** What has a key of its own in an organisation. */
export type KeyedKind = "unit" | "team" | "role";

export interface NotThere {
  readonly kind: "not-there";
  readonly what:
    | KeyedKind
    | "organisation"
    | "grant"
    | "person"
    | "invitation"
    | "service-account"
    | "identity-provider"
    | "provisioning-token";
  /** As the request named it. */
  readonly key: string;
}

export interface ThereAlready {
  readonly kind: "there-already";
  readonly what: KeyedKind;
  readonly key: string;
}

export interface InUse {
  readonly kind: "in-use";
  readonly what: KeyedKind;
  readonly key: string;
  /** Such as `project web-shop`. */
  readonly usedBy: readonly string[];
}

/** Nobody gives, or gives back, what they do not have. */
export interface TooMighty {
  readonly kind: "too-mighty";
  /** What the caller lacks. */
  readonly scopes: readonly Scope[];
}

export interface NotIncluded {
  readonly kind: "not-included";
  readonly feature: Feature;
  readonly edition: Edition;
}

export const notThere = (what: NotThere["what"], key: string) =>
  err({ kind: "not-there", what, key } as const);

export const thereAlready = (what: KeyedKind, key: string) =>
  err({ kind: "there-already", what, key } as const);

/** Refuses unless there is nothing that the caller lacks. */
export const unlessTooMighty = (scopes: readonly Scope[]): Result<null, TooMighty> =>
  scopes.length === 0 ? ok(null) : err({ kind: "too-mighty", scopes });

/** What was found, at the version that the caller has seen. */
export function asExpected<T extends { readonly version: number }>(
  named: { readonly what: KeyedKind | "organisation"; readonly key: string },
  expected: ExpectedVersion,
  found: T | undefined,
): Result<T, NotThere | Changed> {
  return found === undefined ? notThere(named.what, named.key) : asSeen(named, expected, found);
}
