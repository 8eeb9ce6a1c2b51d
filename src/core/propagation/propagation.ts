import type { EnlistedRelay } from "./enlisted-relay.ts";
import type { FanOutStore, GoneRelay } from "./fan-out-store.ts";
import type { Propagation, RelayReceipt, StageReceipt } from "./receipts.ts";
import { type RelayAddress, relayKey } from "./relay-address.ts";
import type { Stage, StageStore } from "./stage.ts";

/** The receipts of a revision that the environment has. */
export function propagationOf(
  store: FanOutStore,
  stages: StageStore,
  { revision, acceptedAtMs }: { readonly revision: number; readonly acceptedAtMs: number },
): Propagation {
  const receipts = byKey(store.receiptsFor(revision));
  const observations = byKey(store.observationsFor(revision));
  const gone = store.gone();
  const relays = [...store.relays(), ...gone].map((relay): RelayReceipt => {
    const { region, shard, revision: holds } = relay;
    const isThere = holds !== null && holds >= revision;
    const receipt = isThere ? receipts.get(relayKey(relay)) : undefined;
    const seen = observations.get(relayKey(relay));
    return {
      region,
      shard,
      state: isThere ? "relayed" : isGone(relay) ? "gone" : "pending",
      holds,
      acknowledgedAtMs: receipt?.atMs ?? null,
      sockets: receipt?.sockets ?? null,
      observed:
        seen === undefined
          ? null
          : { firstAtMs: seen.firstAtMs, lastOlderAtMs: seen.lastOlderAtMs },
      attempts: isGone(relay) ? 0 : relay.attempts,
      lastError: isGone(relay) ? null : relay.lastError,
    };
  });
  // A relay that was gone before the change was made has no part in it.
  const earlier = new Set(gone.filter(({ goneAtMs }) => goneAtMs < acceptedAtMs).map(relayKey));
  const concerned = relays.filter((relay) => !earlier.has(relayKey(relay)));
  const isRelayed = concerned.length > 0 && concerned.every(({ state }) => state === "relayed");
  const stage = stageReceipt(stages, revision);
  const isReverted = stage?.state === "reverted";
  return {
    revision,
    acceptedAtMs,
    state: isReverted ? "reverted" : isRelayed ? "relayed" : "accepted",
    stage,
    relayedAtMs:
      isRelayed && !isReverted
        ? Math.max(...concerned.map(({ acknowledgedAtMs }) => acknowledgedAtMs ?? acceptedAtMs))
        : null,
    relays: relays.toSorted((a, b) => (relayKey(a) < relayKey(b) ? -1 : 1)),
  };
}

/** How a revision was tried, as far as it is still known. */
function stageReceipt(stages: StageStore, revision: number): StageReceipt | null {
  const stage = stages.stageOf(revision);
  if (stage !== null) return receiptOf(stage);
  const last = stages.lastStage();
  const isWaiting = last !== null && last.end === null && last.revision < revision;
  return isWaiting ? WAITING : null;
}

function receiptOf({ beganAtMs, canary, canarySinceMs, end }: Stage): StageReceipt {
  const tried = { canary, canarySinceMs, beganAtMs };
  if (end === null) return { ...WAITING, ...tried, state: "trying" };
  const { outcome, atMs, issue, revertedBy } = end;
  return { ...tried, state: outcome, endedAtMs: atMs, issue, revertedBy };
}

const WAITING: StageReceipt = {
  state: "waiting",
  canary: null,
  canarySinceMs: null,
  beganAtMs: null,
  endedAtMs: null,
  issue: null,
  revertedBy: null,
};

function isGone(relay: EnlistedRelay | GoneRelay): relay is GoneRelay {
  return "goneAtMs" in relay;
}

function byKey<T extends RelayAddress>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [relayKey(item), item]));
}
