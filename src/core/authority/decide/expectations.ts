import type { DocumentKind } from "../../documents/snapshot.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ExpectedVersion } from "../command.ts";
import type { DocumentVersion, VersionOf } from "../document-version.ts";
import type { AuthorityProblem } from "../problem.ts";
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

/** Passes a document on when it is at the version that the caller has seen. */
export function atVersion<T extends DocumentVersion>(
  stored: T,
  expected: ExpectedVersion,
): Result<T, AuthorityProblem> {
  if (expected === "any" || expected === stored.version) return ok(stored);
  const { kind: documentKind, key, version: actual } = stored;
  return err({ kind: "version-conflict", documentKind, key, expected, actual });
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

export function notFound(documentKind: DocumentKind | "override", key: string): AuthorityProblem {
  return { kind: "not-found", documentKind, key };
}
