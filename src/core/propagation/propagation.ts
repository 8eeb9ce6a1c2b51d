import type { EnlistedRelay } from "./enlisted-relay.ts";
import type { FanOutStore, GoneRelay } from "./fan-out-store.ts";
import type { Propagation, RelayReceipt } from "./receipts.ts";
import { type RelayAddress, relayKey } from "./relay-address.ts";

/** The receipts of a revision that the environment has. */
export function propagationOf(
  store: FanOutStore,
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
  return {
    revision,
    acceptedAtMs,
    state: isRelayed ? "relayed" : "accepted",
    relayedAtMs: isRelayed
      ? Math.max(...concerned.map(({ acknowledgedAtMs }) => acknowledgedAtMs ?? acceptedAtMs))
      : null,
    relays: relays.toSorted((a, b) => (relayKey(a) < relayKey(b) ? -1 : 1)),
  };
}

function isGone(relay: EnlistedRelay | GoneRelay): relay is GoneRelay {
  return "goneAtMs" in relay;
}

function byKey<T extends RelayAddress>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [relayKey(item), item]));
}
