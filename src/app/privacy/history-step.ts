import { mentionsOf } from "../../core/privacy/mentions.ts";
import { NOTHING, type StepResult } from "./privacy-request.ts";
import { type EnvironmentTask, type StepDeps, placeName, subjectOf } from "./step-deps.ts";

const ENTRIES_A_STEP = 20;

const STAYS =
  "earlier versions are bound to the environment's hash-chained log, which proves who changed what; " +
  "rollbacks and point-in-time reads rest on them";

/** Looks for the unit in a page of the environment's log. What is there stays, and is counted. */
export async function historyStep(task: EnvironmentTask, deps: StepDeps): Promise<StepResult> {
  const authority = deps.authorities.of(task.environment.id);
  const page = await authority.log({ limit: ENTRIES_A_STEP, cursor: task.after, document: null });
  if (!page.ok) return NOTHING;
  const { items: entries, next } = page.value;
  const { value } = subjectOf(task.request);
  const naming = entries
    .map((entry) => ({
      revision: entry.revision,
      atMs: entry.atMs,
      action: entry.action,
      target: entry.target,
      places: mentionsOf({ reason: entry.reason, changes: entry.changes }, value),
    }))
    .filter(({ places }) => places.length > 0);
  const result = { ...NOTHING, looked: entries.length, found: naming.length, next };
  if (task.request.kind === "erasure") {
    const kept = naming.map(({ revision }) => ({ what: `revision ${revision}`, why: STAYS }));
    return { ...result, kept };
  }
  const items = naming.map(({ revision, ...data }) => ({
    place: "history" as const,
    environment: placeName(task.environment),
    of: `revision ${revision}`,
    data,
  }));
  return { ...result, items };
}
