import { err, ok, type Result } from "../../result.ts";
import type { ExpectedVersion } from "../command.ts";
import type { VersionOf } from "../document-version.ts";
import type { AuthorityProblem, NamedKind } from "../problem.ts";
import type { EnvironmentState } from "../state.ts";

/** A flag that can be edited: there and not archived. */
export function liveFlag(
  state: EnvironmentState,
  key: string,
): Result<VersionOf<"flag">, AuthorityProblem> {
  const flag = state.documents.flag.get(key);
  if (flag === undefined) return err(notFound("flag", key));
  const { archivedAtMs } = flag;
  return archivedAtMs === null ? ok(flag) : err({ kind: "archived", key, archivedAtMs });
}

/** A segment that was not deleted. */
export function liveSegment(
  state: EnvironmentState,
  key: string,
): Result<VersionOf<"segment">, AuthorityProblem> {
  const segment = state.documents.segment.get(key);
  const exists = segment !== undefined && segment.archivedAtMs === null;
  return exists ? ok(segment) : err(notFound("segment", key));
}

/** Passes a document on when it is at the version that the caller has seen; absent: any. */
export function atVersion<T extends VersionOf<NamedKind>>(
  stored: T,
  expected: ExpectedVersion = "any",
): Result<T, AuthorityProblem> {
  if (expected === "any" || expected === stored.version) return ok(stored);
  const { kind: documentKind, key, version: actual } = stored;
  return err({ kind: "version-conflict", documentKind, key, expected, actual });
}

/** Refuses when the environment is not at the revision that the caller has seen. */
export function revisionConflict(
  { head }: EnvironmentState,
  expected: ExpectedVersion = "any",
): AuthorityProblem | null {
  if (expected === "any" || expected === head.revision) return null;
  return { kind: "revision-conflict", expected, actual: head.revision };
}

/** Refuses a moment at which what is made now would have ended already. */
export function alreadyPast(expiresAtMs: number | null, nowMs: number): AuthorityProblem | null {
  if (expiresAtMs === null || expiresAtMs > nowMs) return null;
  return { kind: "already-past", expiresAtMs, nowMs };
}

/** A revision that this environment has, or 0, when it was empty. */
export function knownRevision(
  state: EnvironmentState,
  asked: number,
): Result<number, AuthorityProblem> {
  const newest = state.head.revision;
  if (Number.isInteger(asked) && asked >= 0 && asked <= newest) return ok(asked);
  return err({ kind: "unknown-revision", asked, newest });
}

export function notFound(documentKind: NamedKind | "override", key: string): AuthorityProblem {
  return { kind: "not-found", documentKind, key };
}
