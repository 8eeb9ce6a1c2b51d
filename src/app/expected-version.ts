import type { ExpectedVersion } from "../core/authority/command.ts";
import { err, ok, type Result } from "../core/result.ts";

/** What is edited under a version. */
export interface Versioned {
  readonly what:
    | "project"
    | "environment"
    | "catalogue-flag"
    | "organisation"
    | "unit"
    | "team"
    | "role"
    | "service-account"
    | "token"
    | "identity-provider"
    | "provisioning-token"
    | "privacy-settings"
    | "compliance";
  /** As the request named it; `null`: there is but one. */
  readonly key: string | null;
}

/** Someone else saved a newer version of what the caller edited. */
export interface Changed extends Versioned {
  readonly kind: "changed";
  readonly expected: number;
  /** `null`: another writer won at this very moment. */
  readonly actual: number | null;
}

/** What is there, if it is at the version that the caller has seen. */
export function asSeen<T extends { readonly version: number }>(
  { what, key }: Versioned,
  expected: ExpectedVersion,
  there: T,
): Result<T, Changed> {
  const { version: actual } = there;
  if (expected === "any" || expected === actual) return ok(there);
  return err({ kind: "changed", what, key, expected, actual });
}

/** Another writer took the version first. */
export const raced = ({ what, key }: Versioned, version: number): Result<never, Changed> =>
  err({ kind: "changed", what, key, expected: version, actual: null });
