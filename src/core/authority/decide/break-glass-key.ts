import { err } from "../../result.ts";
import type { BreakGlassKeyCommand } from "../command.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { alreadyPast, atVersion, notFound } from "./expectations.ts";
import { unreadableNamed } from "./shape.ts";

type IssueKey = Extract<BreakGlassKeyCommand, { kind: "break-glass-key.issue" }>;
type RevokeKey = Extract<BreakGlassKeyCommand, { kind: "break-glass-key.revoke" }>;

const PUBLIC_KEY_PATTERN = /^[0-9a-f]{64}$/;

/** Keeps a public key. An id that is there already is left as it is: its request is repeated. */
export function issueBreakGlassKey({ key }: IssueKey, { state, atMs }: DecisionContext): Decided {
  const unreadable = unreadableNamed(key, "id");
  if (unreadable !== null) return unreadable;
  if (!PUBLIC_KEY_PATTERN.test(key.publicKey)) {
    const message = `The public key is "${key.publicKey}"; give 64 lower-case hexadecimal digits.`;
    const issue = { path: "/publicKey", code: "break-glass-key.unfit", message };
    return err({ kind: "invalid-document", issues: [issue] });
  }
  const present = state.documents["break-glass-key"].get(key.id);
  const next = { kind: "break-glass-key", key: key.id, document: key, archived: false } as const;
  if (present !== undefined) {
    const archived = present.archivedAtMs !== null;
    return changeTo(present, { ...next, document: present.document, archived });
  }
  const past = alreadyPast(key.expiresAtMs ?? null, atMs);
  return past === null ? changeTo(undefined, next) : err(past);
}

/** From the next command on the key signs for nothing; it stays listed. Twice changes nothing. */
export function revokeBreakGlassKey(command: RevokeKey, { state }: DecisionContext): Decided {
  const { id, expectedVersion } = command;
  const stored = state.documents["break-glass-key"].get(id);
  if (stored === undefined) return err(notFound("break-glass-key", id));
  const key = atVersion(stored, expectedVersion);
  if (!key.ok) return key;
  const { document } = key.value;
  return changeTo(key.value, { kind: "break-glass-key", key: id, document, archived: true });
}
