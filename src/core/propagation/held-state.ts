import type { ChangesSince } from "../authority/authority-api.ts";
import type { EnvironmentId } from "../brand.ts";
import {
  DELTA_FORMAT,
  type Delta,
  type DocumentState,
  SNAPSHOT_FORMAT,
  type Snapshot,
} from "../documents/snapshot.ts";
import { assertNever } from "../result.ts";
import type { Seal } from "../signing/seal.ts";
import { StateDigest } from "../signing/state-digest.ts";

/** What a relay holds, besides documents. */
export interface HeldHead {
  readonly environmentId: EnvironmentId;
  readonly salt: string;
  readonly revision: number;
  readonly acceptedAtMs: number;
  /** Readers at older revisions need everything: what was removed before it is not known. */
  readonly floor: number;
  /** The authority's word for this state, to be handed on with it. */
  readonly seal: Seal;
}

/** A document, or that there is none any more, since a revision or an earlier one. */
export interface HeldDocument {
  readonly revision: number;
  readonly change: DocumentState;
}

/** An environment at one revision, as a relay has it. Never changes. */
export interface HeldState {
  readonly head: HeldHead;
  /** By kind and key. */
  readonly documents: ReadonlyMap<string, HeldDocument>;
  readonly digest: StateDigest;
}

/** Removed documents that are remembered, before readers from before then need everything. */
const MOST_REMOVED = 1_000;

export function heldKey({ kind, key }: Pick<DocumentState, "kind" | "key">): string {
  return `${kind}/${key}`;
}

export function stateOfDocuments(head: HeldHead, documents: Iterable<HeldDocument>): HeldState {
  const byKey = new Map<string, HeldDocument>();
  for (const document of documents) byKey.set(heldKey(document.change), document);
  const changes = Array.from(byKey.values(), ({ change }) => change);
  return { head, documents: byKey, digest: StateDigest.empty.after(changes) };
}

export function stateOfSnapshot(snapshot: Snapshot, seal: Seal): HeldState {
  const { environmentId, salt, revision, acceptedAtMs } = snapshot;
  const { flags, segments, experiments, holdouts, keys, settings = [] } = snapshot;
  const changes: readonly DocumentState[] = [
    ...flags.map((state) => ({ kind: "flag", key: state.document.key, state }) as const),
    ...segments.map((state) => ({ kind: "segment", key: state.document.key, state }) as const),
    ...experiments.map(
      (state) => ({ kind: "experiment", key: state.document.key, state }) as const,
    ),
    ...holdouts.map((state) => ({ kind: "holdout", key: state.document.key, state }) as const),
    ...keys.map((state) => ({ kind: "key", key: state.document.id, state }) as const),
    ...settings.map((state) => ({ kind: "settings", key: state.document.key, state }) as const),
  ];
  return stateOfDocuments(
    { environmentId, salt, revision, acceptedAtMs, floor: revision, seal },
    changes.map((change) => ({ revision, change })),
  );
}

/**
 * The state after a delta that begins at or before it: what the delta touches is in the delta's
 * own, later state, and what it does not touch has not changed since.
 */
export function stateAfter(
  { head, documents, digest: before }: HeldState,
  { revision, acceptedAtMs, changes }: Delta,
  seal: Seal,
): HeldState {
  const digest = before.after(changes);
  const next = new Map(documents);
  for (const change of changes) next.set(heldKey(change), { revision, change });
  const removed = [...next].filter(([, { change }]) => change.state === null);
  if (removed.length <= MOST_REMOVED) {
    return { head: { ...head, revision, acceptedAtMs, seal }, documents: next, digest };
  }
  for (const [key] of removed) next.delete(key);
  const after = { ...head, revision, acceptedAtMs, floor: revision, seal };
  return { head: after, documents: next, digest };
}

/** What a reader that is not ahead lacks: what the authority itself would say, or more of it. */
export function changesFrom(held: HeldState, since: number | null): ChangesSince {
  const { documents } = held;
  const { environmentId, revision, acceptedAtMs, floor, seal } = held.head;
  if (since === revision) return { kind: "current", revision };
  if (since !== null && since >= floor && since < revision) {
    const changes: DocumentState[] = [];
    let served = 0;
    for (const { change, revision: changedAt } of documents.values()) {
      if (change.state !== null) served += 1;
      if (changedAt > since) changes.push(change);
    }
    if (changes.length <= served) {
      const header = { environmentId, since, revision, acceptedAtMs } as const;
      return { kind: "delta", delta: { format: DELTA_FORMAT, ...header, changes }, seal };
    }
  }
  return { kind: "snapshot", snapshot: snapshotOfState(held), seal };
}

function snapshotOfState({ head, documents }: HeldState): Snapshot {
  const { environmentId, revision, acceptedAtMs, salt } = head;
  const served: Served = {
    flags: [],
    segments: [],
    experiments: [],
    holdouts: [],
    keys: [],
    settings: [],
  };
  const changes = Array.from(documents.values(), ({ change }) => change);
  for (const change of changes.toSorted((a, b) => (a.key < b.key ? -1 : 1))) addTo(served, change);
  return { format: SNAPSHOT_FORMAT, environmentId, revision, acceptedAtMs, salt, ...served };
}

type Lists = Required<
  Pick<Snapshot, "flags" | "segments" | "experiments" | "holdouts" | "keys" | "settings">
>;
type Served = { readonly [K in keyof Lists]: Lists[K][number][] };

/** One arm a kind, because TypeScript does not correlate the kind with the document. */
function addTo(served: Served, { kind, state }: DocumentState): void {
  if (state === null) return;
  switch (kind) {
    case "flag":
      served.flags.push(state);
      return;
    case "segment":
      served.segments.push(state);
      return;
    case "experiment":
      served.experiments.push(state);
      return;
    case "holdout":
      served.holdouts.push(state);
      return;
    case "key":
      served.keys.push(state);
      return;
    case "settings":
      served.settings.push(state);
      return;
    default:
      assertNever(kind);
  }
}
