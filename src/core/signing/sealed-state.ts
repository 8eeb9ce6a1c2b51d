import { DOCUMENT_KINDS } from "../authority/document-version.ts";
import {
  type DocumentStates,
  readDelta,
  readSnapshot,
  type RulesetHeader,
} from "../evaluation/check/check-snapshot.ts";
import type { Issue } from "../issue.ts";
import type { SealClaim } from "./claim.ts";
import { type DocumentChange, StateDigest } from "./state-digest.ts";

/** What a reader must know of the state that it holds, to check the seal of what follows it. */
export interface SealedState {
  readonly header: RulesetHeader;
  readonly digest: StateDigest;
}

/** What came, as it came. */
export type Received =
  | { readonly kind: "snapshot"; readonly snapshot: unknown }
  | { readonly kind: "delta"; readonly delta: unknown };

/**
 * The state that a reader would hold; `null`: what came cannot be read, is of another environment
 * than what is held, or does not lead forward from it.
 */
export function stateAfter(held: SealedState | null, received: Received): SealedState | null {
  const scope: { readonly issues: Issue[] } = { issues: [] };
  if (received.kind === "snapshot") {
    const content = readSnapshot(received.snapshot, scope);
    if (content === undefined || scope.issues.length > 0) return null;
    const digest = StateDigest.empty.after(changesOf(content.states));
    return { header: content.header, digest };
  }
  const content = readDelta(received.delta, scope);
  if (held === null || content === undefined || scope.issues.length > 0) return null;
  const { environmentId, revision, salt } = held.header;
  const { header, since, states } = content;
  const isNext = since <= revision && header.revision > revision;
  if (header.environmentId !== environmentId || !isNext) return null;
  return { header: { ...header, salt }, digest: held.digest.after(changesOf(states)) };
}

/** What the seal of a state must be of. `keysRoot`: for readers that are not told the SDK keys. */
export function claimOf({ header, digest }: SealedState, keysRoot = digest.keysRoot): SealClaim {
  const { environmentId, revision, acceptedAtMs, salt } = header;
  const { documentsRoot } = digest;
  return { environmentId, revision, acceptedAtMs, salt, documentsRoot, keysRoot };
}

function* changesOf(states: DocumentStates): Iterable<DocumentChange> {
  for (const kind of DOCUMENT_KINDS) {
    for (const [key, state] of states[kind]) yield { kind, key, state };
  }
}
