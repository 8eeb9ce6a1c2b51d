import { err, ok, type Result } from "../../result.ts";
import type { IssuedKey, KeyCommand } from "../command.ts";
import type { VersionOf } from "../document-version.ts";
import type { AuthorityProblem } from "../problem.ts";
import type { EnvironmentState } from "../state.ts";
import { changeTo, type Decided, type DecisionContext, type DocumentStep } from "./decision.ts";
import { alreadyPast, atVersion, notFound } from "./expectations.ts";
import { unreadableNamed } from "./shape.ts";

type IssueKey = Extract<KeyCommand, { kind: "key.issue" }>;
type RotateKey = Extract<KeyCommand, { kind: "key.rotate" }>;
type RevokeKey = Extract<KeyCommand, { kind: "key.revoke" }>;

/** How long a rotated key may go on beside its replacement: 30 days. */
const LONGEST_OVERLAP_MS = 30 * 24 * 60 * 60 * 1_000;

export function issueKey({ key }: IssueKey, { state, atMs }: DecisionContext): Decided {
  const unreadable = unreadableNamed(key, "id");
  if (unreadable !== null) return unreadable;
  const taken = takenBy(state, key);
  if (taken !== undefined) {
    return err({ kind: "already-exists", documentKind: "key", key: taken.key });
  }
  const past = alreadyPast(key.expiresAtMs, atMs);
  if (past !== null) return err(past);
  return changeTo(undefined, { kind: "key", key: key.id, document: key, archived: false });
}

/**
 * The replacement has the old key's kind, name and origins, and no expiry. The old key ends after
 * the overlap, or earlier if it was to end earlier.
 */
export function rotateKey(command: RotateKey, { state, atMs }: DecisionContext): Decided {
  const { id, replacement, overlapMs, expectedVersion } = command;
  // Before the old key is looked at, because a repetition finds it changed by its first run.
  const taken = takenBy(state, replacement);
  if (taken !== undefined) {
    return err({ kind: "already-exists", documentKind: "key", key: taken.key });
  }
  const unrevoked = unrevokedKey(state, id);
  if (!unrevoked.ok) return unrevoked;
  const old = atVersion(unrevoked.value, expectedVersion);
  if (!old.ok) return old;
  const unfit = overlapProblem(overlapMs);
  if (unfit !== null) return err(unfit);
  const document: IssuedKey = {
    ...old.value.document,
    id: replacement.id,
    hash: replacement.hash,
    hint: replacement.hint,
    expiresAtMs: null,
  };
  const endsAtMs = Math.min(atMs + overlapMs, old.value.document.expiresAtMs ?? Infinity);
  const steps: readonly DocumentStep[] = [
    {
      kind: "key",
      key: id,
      document: { ...old.value.document, expiresAtMs: endsAtMs },
      archived: false,
    },
    { kind: "key", key: replacement.id, document, archived: false },
  ];
  const target = { kind: "key", key: replacement.id } as const;
  return ok({ kind: "change", about: { kind: "key", key: id }, steps, target });
}

/** Takes the key out of the ruleset; it stays listed. Revoking twice changes nothing. */
export function revokeKey(command: RevokeKey, { state }: DecisionContext): Decided {
  const { id, expectedVersion } = command;
  const stored = state.documents.key.get(id);
  if (stored === undefined) return err(notFound("key", id));
  const key = atVersion(stored, expectedVersion);
  if (!key.ok) return key;
  const { document } = key.value;
  return changeTo(key.value, { kind: "key", key: id, document, archived: true });
}

function unrevokedKey(
  state: EnvironmentState,
  id: string,
): Result<VersionOf<"key">, AuthorityProblem> {
  const key = state.documents.key.get(id);
  if (key === undefined) return err(notFound("key", id));
  return key.archivedAtMs === null ? ok(key) : err({ kind: "key-revoked", id });
}

function overlapProblem(overlapMs: number): AuthorityProblem | null {
  if (overlapMs > LONGEST_OVERLAP_MS) {
    return {
      kind: "limit-exceeded",
      what: "overlapMs",
      limit: LONGEST_OVERLAP_MS,
      actual: overlapMs,
    };
  }
  if (Number.isInteger(overlapMs) && overlapMs >= 0) return null;
  const message = `The overlap is ${overlapMs}; give whole milliseconds from 0 to ${LONGEST_OVERLAP_MS}.`;
  return {
    kind: "invalid-document",
    issues: [{ path: "/overlapMs", code: "key.overlap-out-of-range", message }],
  };
}

/** The key, revoked ones included, that has this id or this hash already. */
function takenBy(
  state: EnvironmentState,
  key: Pick<IssuedKey, "id" | "hash">,
): VersionOf<"key"> | undefined {
  return (
    state.documents.key.get(key.id) ??
    [...state.documents.key.values()].find(({ document }) => document.hash === key.hash)
  );
}
