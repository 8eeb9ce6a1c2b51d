import { err, ok } from "../../result.ts";
import type { EnvironmentRollback } from "../command.ts";
import type { DocumentVersion } from "../document-version.ts";
import { allVersions, type EnvironmentState } from "../state.ts";
import { type Decided, type DecisionContext, type DocumentStep, leadsNowhere } from "./decision.ts";
import { knownRevision, revisionConflict } from "./expectations.ts";

/**
 * Takes all flags, segments, experiments, holdouts and settings back to a revision at once. What
 * did not exist then is archived. SDK keys and kill switches stay as they are: both are pulled for safety.
 */
export function rollBackEnvironment(
  { toRevision, expectedRevision }: EnvironmentRollback,
  { state, history }: DecisionContext,
): Decided {
  const conflict = revisionConflict(state, expectedRevision);
  if (conflict !== null) return err(conflict);
  const revision = knownRevision(state, toRevision);
  if (!revision.ok) return revision;
  const past = new Map<string, DocumentVersion>();
  for (const version of history.versionsAt(revision.value)) past.set(nameOf(version), version);

  const steps: DocumentStep[] = [];
  for (const present of allVersions(state)) {
    if (present.kind === "key") continue;
    const step = stepBack(state, present, past.get(nameOf(present)));
    if (!leadsNowhere(present, step)) steps.push(step);
  }
  if (steps.length === 0) return ok({ kind: "unchanged", target: null });
  const about = { kind: "environment" as const, key: state.settings.environmentId };
  return ok({ kind: "change", about, steps, target: null });
}

function stepBack(
  state: EnvironmentState,
  present: DocumentVersion,
  past: DocumentVersion | undefined,
): DocumentStep {
  if (past === undefined || past.archivedAtMs !== null) return { ...present, archived: true };
  if (past.kind !== "flag") return { ...past, archived: false };
  const killed = state.documents.flag.get(past.key)?.document.killed ?? null;
  return { ...past, document: { ...past.document, killed }, archived: false };
}

function nameOf({ kind, key }: DocumentVersion): string {
  return `${kind} ${key}`;
}
