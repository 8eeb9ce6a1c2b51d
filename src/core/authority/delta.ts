import { DELTA_FORMAT, type Delta } from "../documents/snapshot.ts";
import type { SealClaim } from "../signing/claim.ts";
import { type DocumentVersion, isServedKind } from "./document-version.ts";
import { documentState } from "./served.ts";
import { allVersions, type EnvironmentState, snapshotOf } from "./state.ts";
import type { UnsealedChanges } from "./unsealed-changes.ts";

/** The step from one revision to a state, as evaluators take it. */
export function deltaTo(
  state: EnvironmentState,
  since: number,
  touched: readonly DocumentVersion[],
): Delta {
  return {
    format: DELTA_FORMAT,
    environmentId: state.settings.environmentId,
    since,
    revision: state.head.revision,
    acceptedAtMs: state.head.atMs,
    changes: touched.filter(isServedKind).map(documentState),
  };
}

/**
 * What a reader at `since` lacks: each touched document once, in its newest state. A reader that is
 * ahead, or that would get more documents than there are, gets everything. `claim` is asked for
 * when there is something to be sealed.
 */
export function changesSince(
  state: EnvironmentState,
  since: number | null,
  claim: () => SealClaim,
): UnsealedChanges {
  const { revision } = state.head;
  if (since === revision) return { kind: "current", revision };
  if (since !== null && Number.isInteger(since) && since >= 0 && since < revision) {
    const touched: DocumentVersion[] = [];
    let served = 0;
    for (const version of allVersions(state)) {
      if (version.archivedAtMs === null) served += 1;
      if (version.revision > since) touched.push(version);
    }
    if (touched.length <= served) {
      return { kind: "delta", delta: deltaTo(state, since, touched), claim: claim() };
    }
  }
  return { kind: "snapshot", snapshot: snapshotOf(state), claim: claim() };
}
