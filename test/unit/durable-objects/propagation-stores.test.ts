import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { SqlFanOutStore } from "../../../durable-objects/fan-out-store.ts";
import { SqlRelayStore } from "../../../durable-objects/relay-store.ts";
import { SqlStageStore } from "../../../durable-objects/stage-store.ts";
import { KEPT } from "../../../src/core/propagation/fan-out-store.ts";
import {
  stateAfter,
  stateOfDocuments,
  stateOfSnapshot,
} from "../../../src/core/propagation/held-state.ts";
import { REGIONS } from "../../../src/core/propagation/relay-address.ts";
import type { Stage, StageEnd } from "../../../src/core/propagation/stage.ts";
import { nodeSql } from "../core/authority/an-authority.ts";
import { Revisions } from "../core/propagation/messages.ts";
import { FanOutMemory, StageMemory } from "../core/propagation/stores-in-memory.ts";
import { objectSql } from "./object-sql.ts";

it("the latest hundred receipts and twenty observations of a relay are kept, and the first of each", () => {
  for (const store of [new SqlFanOutStore(objectSql()), new FanOutMemory()]) {
    const weur = { region: "weur", shard: 0 } as const;
    for (let revision = 1; revision <= 150; revision += 1) {
      store.addReceipt({ ...weur, revision, atMs: revision, sockets: 0 });
      store.addReceipt({ ...weur, revision, atMs: 9_999, sockets: 0 });
      store.putObservation({ ...weur, revision, firstAtMs: null, lastOlderAtMs: 1 });
      store.putObservation({ ...weur, revision, firstAtMs: 5, lastOlderAtMs: 1 });
    }
    expect(store.receiptsFor(1)).toEqual([{ ...weur, revision: 51, atMs: 51, sockets: 0 }]);
    expect(store.receiptsFor(151)).toEqual([]);
    const seen = { ...weur, revision: 131, firstAtMs: 5, lastOlderAtMs: 1 };
    expect(store.observationsFor(1)).toEqual([seen]);
  }
});

it("a relay's tables give back what was put into them, and there are none before that", () => {
  const database = new DatabaseSync(":memory:");
  const store = new SqlRelayStore(nodeSql(database));
  expect(store.load()).toBeNull();
  expect(database.prepare("SELECT * FROM sqlite_master").all()).toEqual([]);
  const truth = new Revisions().add("a").add("b").add("c");
  const all = truth.advance(null);
  if (all.kind !== "snapshot") throw new Error("no snapshot");
  const first = stateOfSnapshot(all.snapshot, all.seal);
  store.replace(first.head, first.documents.values());
  const advance = truth.add("a", "archived").add("d").advance(4);
  if (advance.kind !== "delta") throw new Error("no delta");
  const second = stateAfter(first, advance.delta, advance.seal);
  store.change(
    second.head,
    [...second.documents.values()].filter(({ revision }) => revision > 4),
  );
  const stored = new SqlRelayStore(nodeSql(database)).load();
  expect(stateOfDocuments(stored!.head, stored!.documents)).toEqual(second);
  store.replace(first.head, first.documents.values());
  expect([...store.load()!.documents]).toEqual([...first.documents.values()]);
  // What a later release has written is fetched anew.
  database.exec("UPDATE held SET format = 3");
  expect(store.load()).toBeNull();
});

it("stages are kept in SQL as they are in memory, and the latest hundred of them", () => {
  const sql = objectSql();
  const stores = [new SqlStageStore(sql), new StageMemory()] as const;
  const put = (stage: Stage) => stores.forEach((store) => store.putStage(stage));
  const all = (ask: (store: SqlStageStore | StageMemory) => unknown) => stores.map(ask);
  expect(stores[0].lastStage()).toBeNull();
  const outcomes: readonly StageEnd["outcome"][] = [
    "accepted",
    "unanswered",
    "overtaken",
    "reverted",
  ];
  for (let place = 0; place < 130; place += 1) {
    const stage: Stage = {
      base: place * 10,
      revision: place * 10 + 3,
      beganAtMs: place,
      canary: { region: REGIONS[place % 12]!, shard: place % 3 },
      canarySinceMs: place + 1,
      passedOver: place % 2 === 0 ? [] : ["weur:0", "enam:1"],
      end: null,
    };
    put(stage);
    const [open, inMemory] = all((store) => store.lastStage());
    expect(open).toEqual(inMemory);
    const outcome = outcomes[place % 4]!;
    const issue = outcome === "reverted" ? { path: "/flags/a", message: "is bad" } : null;
    const revertedBy = place % 8 === 3 ? place * 10 + 6 : null;
    put({ ...stage, end: { outcome, atMs: place + 9, covers: place * 10 + 5, issue, revertedBy } });
  }
  for (const revision of [1_290, 1_291, 1_293, 1_295, 1_296, 1_251, 1_233, 1_235, 1_238]) {
    const [inSql, inMemory] = all((store) => store.stageOf(revision));
    expect(inSql, String(revision)).toEqual(inMemory);
  }
  expect(stores[0].stageOf((130 - KEPT.stages) * 10 + 1)).not.toBeNull();
  expect(stores[0].stageOf((130 - KEPT.stages) * 10 - 6)).toBeNull();
});
