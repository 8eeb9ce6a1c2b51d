import { err } from "../../result.ts";
import type { FlagCommand } from "../command.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { atVersion, knownRevision, notFound } from "./expectations.ts";

type RollBackFlag = Extract<FlagCommand, { kind: "flag.rollback" }>;

/**
 * Writes the document of an earlier revision as a new version, its bucket ranges exactly as they
 * were, and takes the flag out of the archive. The kill switch stays as it is at present: what was
 * stopped in an emergency starts again only by name.
 */
export function rollBackFlag(command: RollBackFlag, context: DecisionContext): Decided {
  const { key, toRevision, expectedVersion } = command;
  const { state, history } = context;
  const stored = state.documents.flag.get(key);
  if (stored === undefined) return err(notFound("flag", key));
  const present = atVersion(stored, expectedVersion);
  if (!present.ok) return present;
  const revision = knownRevision(state, toRevision);
  if (!revision.ok) return revision;
  const past = history.versionAt("flag", key, revision.value);
  if (past === null || past.kind !== "flag" || past.archivedAtMs !== null) {
    return err({ kind: "absent-at-revision", key, revision: revision.value });
  }
  const document = { ...past.document, killed: present.value.document.killed };
  return changeTo(present.value, { kind: "flag", key, document, archived: false });
}
