import { err } from "../../result.ts";
import type { FlagCommand } from "../command.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { knownRevision, notFound } from "./expectations.ts";

type RollBackFlag = Extract<FlagCommand, { kind: "flag.rollback" }>;

/**
 * Writes the document of an earlier revision as a new version, its bucket ranges exactly as they
 * were, and takes the flag out of the archive. The kill switch stays as it is at present: what was
 * stopped in an emergency starts again only by name.
 */
export function rollBackFlag(command: RollBackFlag, context: DecisionContext): Decided {
  const { key, toRevision } = command;
  const { state, history } = context;
  const present = state.documents.flag.get(key);
  if (present === undefined) return err(notFound("flag", key));
  const revision = knownRevision(state, toRevision);
  if (!revision.ok) return revision;
  const past = history.versionAt("flag", key, revision.value);
  if (past === null || past.kind !== "flag" || past.archivedAtMs !== null) {
    return err({ kind: "absent-at-revision", key, revision: revision.value });
  }
  const document = { ...past.document, killed: present.document.killed };
  return changeTo(present, { kind: "flag", key, document, archived: false });
}
