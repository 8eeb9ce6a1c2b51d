import { expect, it } from "vitest";
import { SqlFanOutStore } from "../../../durable-objects/fan-out-store.ts";
import type { EnlistedRelay } from "../../../src/core/propagation/enlisted-relay.ts";
import type { FanOutStore } from "../../../src/core/propagation/fan-out-store.ts";
import { REGIONS, relayKey } from "../../../src/core/propagation/relay-address.ts";
import { randomOf } from "../../harness/crash/random.ts";
import { FanOutMemory } from "../core/propagation/stores-in-memory.ts";
import { objectSql } from "./object-sql.ts";

it("what is known of relays is kept in SQL as it is in memory, whatever happens in what order", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = randomOf(seed);
    const draw = (below: number) => Math.floor(random() * below);
    const stores = [new SqlFanOutStore(objectSql()), new FanOutMemory()];
    const both = (work: (store: FanOutStore) => void) => stores.forEach(work);
    for (let step = 0; step < 400; step += 1) {
      const address = { region: REGIONS[draw(12)]!, shard: draw(seed % 5 === 0 ? 64 : 2) };
      const revision = draw(300);
      const relay: EnlistedRelay = {
        ...address,
        revision: draw(5) === 0 ? null : revision,
        acknowledgedAtMs: draw(2) === 0 ? null : step,
        sockets: draw(9),
        attempts: draw(4),
        silentSinceMs: draw(2) === 0 ? null : step,
        notBeforeMs: step,
        lastError: draw(2) === 0 ? null : "gone",
      };
      const firstAtMs = draw(2) === 0 ? null : step;
      const receipt = { ...address, revision, atMs: step, sockets: 1 };
      const seen = { ...address, revision, firstAtMs, lastOlderAtMs: step };
      const work = [
        (store: FanOutStore) => store.putRelay(relay),
        (store: FanOutStore) => store.dropRelay({ ...address, revision, goneAtMs: step }),
        (store: FanOutStore) => store.addReceipt(receipt),
        (store: FanOutStore) => store.putObservation(seen),
      ][draw(seed % 5 === 0 ? 2 : 4)]!;
      both(work);
    }
    const [sql, memory] = stores.map((store) => ({
      relays: store.relays(),
      gone: store.gone().map(relayKey).toSorted(),
      receipts: [0, 40, 150, 290].map((at) => store.receiptsFor(at).toSorted(byKey)),
      observations: [0, 40, 150, 290].map((at) => store.observationsFor(at).toSorted(byKey)),
    }));
    expect(sql, `seed ${seed}`).toEqual(memory);
  }
});

const byKey = (a: Parameters<typeof relayKey>[0], b: Parameters<typeof relayKey>[0]) =>
  relayKey(a) < relayKey(b) ? -1 : 1;
