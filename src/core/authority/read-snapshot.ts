import type { Snapshot } from "../documents/snapshot.ts";
import { ok, type Result } from "../result.ts";
import type { PointInTime } from "./authority-api.ts";
import type { AuthorityStore } from "./authority-store.ts";
import { knownRevision } from "./decide/expectations.ts";
import { stateAt } from "./past-states.ts";
import type { AuthorityProblem } from "./problem.ts";
import { type EnvironmentState, snapshotOf } from "./state.ts";

/**
 * The ruleset as it was at a revision, or at an instant; before the first revision it is empty,
 * and revision 0. SDK keys are shown as they were then, so it is to be read, never served.
 */
export function snapshotAt(
  state: EnvironmentState,
  store: Pick<AuthorityStore, "versionsAt" | "revisionAt" | "acceptedAtMs">,
  at: PointInTime,
): Result<Snapshot, AuthorityProblem> {
  if (at === "newest") return ok(snapshotOf(state));
  const asked = "revision" in at ? at.revision : store.revisionAt(at.atMs);
  const revision = knownRevision(state, asked);
  if (!revision.ok) return revision;
  if (revision.value === state.head.revision) return ok(snapshotOf(state));
  return ok(snapshotOf(stateAt(state, store, revision.value)));
}
