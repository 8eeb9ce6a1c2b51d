import type { Edition, Feature } from "../../core/access/edition.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { isExpected } from "../expected-version.ts";

/** What has a key of its own in an organisation. */
type Keyed = "unit" | "team" | "role";
/** What is edited under a version. */
type Kept = Keyed | "organisation";

export interface NotThere {
  readonly kind: "not-there";
  readonly what: Kept | "grant" | "person" | "service-account";
  /** As the request named it. */
  readonly key: string;
}

export interface ThereAlready {
  readonly kind: "there-already";
  readonly what: Keyed;
  readonly key: string;
}

export interface Changed {
  readonly kind: "changed";
  readonly what: Kept;
  readonly key: string;
  readonly expected: number;
  /** `null`: another writer won at this very moment. */
  readonly actual: number | null;
}

export interface InUse {
  readonly kind: "in-use";
  readonly what: Keyed;
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

/** Refuses unless there is nothing that the caller lacks. */
export const unlessTooMighty = (scopes: readonly Scope[]): Result<null, TooMighty> =>
  scopes.length === 0 ? ok(null) : err({ kind: "too-mighty", scopes });

interface Named {
  readonly what: Kept;
  readonly key: string;
}

/** What was found, at the version that the caller has seen. */
export function asExpected<T extends { readonly version: number }>(
  { what, key }: Named,
  expected: ExpectedVersion,
  found: T | undefined,
): Result<T, NotThere | Changed> {
  if (found === undefined) return notThere(what, key);
  const { version: actual } = found;
  if (expected === "any" || isExpected(expected, actual)) return ok(found);
  return err({ kind: "changed", what, key, expected, actual });
}

/** Another writer took the version first. */
export const raced = ({ what, key }: Named, version: number): Result<never, Changed> =>
  err({ kind: "changed", what, key, expected: version, actual: null });
