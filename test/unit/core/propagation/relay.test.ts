import { describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import { Relay } from "../../../../src/core/propagation/relay.ts";
import { PROPAGATION } from "../../../../src/core/propagation/settings.ts";
import { awake, contacted, receive } from "../signing/fake-signatures.ts";
import { ID, Revisions } from "./messages.ts";
import { RelayMemory } from "./stores-in-memory.ts";

const NOON = 1_800_000_000_000;

function aRelay(memory = new RelayMemory()): Relay {
  const address = { region: "weur", shard: 0 } as const;
  return awake(new Relay({ store: memory, environmentId: ID, address, settings: PROPAGATION }));
}

/** A relay that has just heard that it has the newest revision of flags `a` to `d`. */
function aCurrentRelay(memory = new RelayMemory()) {
  const truth = new Revisions().add("a").add("b").add("c").add("d");
  const relay = aRelay(memory);
  contacted(relay, truth.sealedSince(null), null, NOON);
  return { relay, truth, memory };
}

describe("a relay that gets changes", () => {
  it("takes them in order, and holds what the authority has", () => {
    const { relay, truth } = aCurrentRelay();
    receive(relay, truth.add("a").advance(5));
    receive(relay, truth.add("b", "archived").advance(6));
    expect(relay.revision).toBe(7);
    expect(relay.answer(null, NOON)).toEqual({
      kind: "confirmed",
      changes: truth.sealedSince(null),
    });
  });

  it("is not moved by one that comes twice, or after a later one", () => {
    const { relay, truth } = aCurrentRelay();
    const sixth = truth.add("a").advance(5);
    const seventh = truth.add("a", "archived").advance(5);
    for (const advance of [seventh, sixth, seventh, sixth]) receive(relay, advance);
    expect(relay.answer(null, NOON)).toMatchObject({ changes: { snapshot: truth.snapshot() } });
  });

  it("does not take one that begins after what it holds, and reports from where it lacks", () => {
    const { relay, truth } = aCurrentRelay();
    receive(relay, truth.add("a").add("b").advance(6));
    expect(relay.report(3)).toMatchObject({ revision: 5, sockets: 3 });
    receive(relay, truth.advance(5));
    expect(relay.report(3)).toMatchObject({ revision: 7 });
  });

  it("does not go back to an older snapshot, nor take another environment's", () => {
    const { relay } = aCurrentRelay();
    receive(relay, new Revisions().add("a").advance(null));
    const foreign = new Revisions(environmentId("another00001"));
    for (let more = 0; more < 20; more += 1) foreign.add("a");
    receive(relay, foreign.advance(null));
    expect(relay.revision).toBe(5);
  });

  it("still holds all of it after a restart, and confirms nothing before it has asked", () => {
    const { truth, memory, relay } = aCurrentRelay();
    receive(relay, truth.add("a", "archived").advance(5));
    const restarted = aRelay(memory);
    expect(restarted.contactNeed(6, NOON)).toBe("first");
    const answer = restarted.answer(null, NOON);
    expect(answer).toMatchObject({ kind: "unconfirmed", changes: { snapshot: truth.snapshot() } });
    expect(restarted.answer(5, NOON)).toMatchObject({ changes: truth.sealedSince(5) });
  });

  it("remembers the last thousand removals, and sends everything to readers from before them", () => {
    const { relay, truth, memory } = aCurrentRelay();
    const takeNews = () => receive(relay, truth.advance(relay.revision));
    for (let flag = 0; flag < 1_100; flag += 1) truth.add(`kept-${flag}`);
    takeNews();
    for (let flag = 0; flag < 1_000; flag += 1) truth.add(`gone-${flag}`, "archived");
    takeNews();
    expect(memory.documents.size).toBe(2_104);
    expect(relay.answer(1_200, NOON)).toMatchObject({ changes: { kind: "delta" } });
    truth.add("one-more", "archived");
    takeNews();
    expect(memory.documents.size).toBe(1_104);
    expect(relay.answer(1_200, NOON)).toMatchObject({ changes: { kind: "snapshot" } });
    truth.add("a");
    takeNews();
    expect(relay.answer(truth.revision - 1, NOON)).toMatchObject({ changes: { kind: "delta" } });
    expect(aRelay(memory).answer(null, NOON)).toMatchObject({
      changes: { snapshot: truth.snapshot() },
    });
  });
});

describe("a relay and the authority", () => {
  it("asks first when it holds nothing, or when a reader is ahead of it", () => {
    expect(aRelay().contactNeed(null, NOON)).toBe("first");
    const { relay } = aCurrentRelay();
    expect(relay.contactNeed(5, NOON)).toBe("none");
    expect(relay.contactNeed(6, NOON)).toBe("first");
    expect(relay.answer(6, NOON)).toEqual({ kind: "nothing" });
  });

  it.each([
    { afterMs: 14_999, need: "none", kind: "confirmed" },
    { afterMs: 15_000, need: "behind", kind: "confirmed" },
    { afterMs: 29_999, need: "behind", kind: "confirmed" },
    { afterMs: 30_000, need: "first", kind: "unconfirmed" },
    { afterMs: -1, need: "first", kind: "unconfirmed" },
  ])("$afterMs ms after it was heard: $need, $kind", ({ afterMs, need, kind }) => {
    const { relay } = aCurrentRelay();
    expect(relay.contactNeed(5, NOON + afterMs)).toBe(need);
    expect(relay.answer(5, NOON + afterMs)).toMatchObject({ kind });
  });

  it("is not asked for by every reader while it does not answer", () => {
    const relay = aRelay();
    relay.contactFailed(NOON);
    expect(relay.contactNeed(null, NOON + 1_999)).toBe("none");
    expect(relay.answer(null, NOON)).toEqual({ kind: "nothing" });
    expect(relay.contactNeed(null, NOON + 2_000)).toBe("first");
  });

  it("counts as heard only when nothing newer was said to exist", () => {
    const { relay, truth, memory } = aCurrentRelay();
    receive(relay, truth.add("a").advance(5));
    const restarted = aRelay(memory);
    // A delta that cannot be taken.
    expect(contacted(restarted, truth.add("a").add("b").sealedSince(7), 6, NOON)).toBe(false);
    expect(restarted.answer(6, NOON)).toMatchObject({ kind: "unconfirmed" });
    expect(contacted(restarted, truth.sealedSince(6), 6, NOON)).toBe(true);
    expect(restarted.answer(8, NOON)).toMatchObject({ kind: "confirmed" });
  });

  it("reports again when a change came in while it asked, and is in touch all the same", () => {
    const { relay, truth } = aCurrentRelay();
    const asked = truth.add("a").sealedSince(5);
    receive(relay, truth.add("a").advance(5));
    expect(contacted(relay, asked, 5, NOON + 20_000)).toBe(true);
    expect(relay.contactNeed(7, NOON + 20_000)).toBe("none");
    expect(contacted(relay, truth.sealedSince(7), 7, NOON + 20_000)).toBe(false);
  });

  it("does not confirm what an authority that has lost it no longer knows", () => {
    const { memory } = aCurrentRelay();
    for (const answer of [
      new Revisions().add("a").sealedSince(5),
      { kind: "unknown-environment" } as const,
    ]) {
      const relay = aRelay(memory);
      expect(contacted(relay, answer, 5, NOON)).toBe(false);
      expect(relay.answer(5, NOON)).toMatchObject({ kind: "unconfirmed" });
      expect(relay.revision).toBe(5);
    }
  });

  it("passes on that there is no such environment, and writes nothing", () => {
    const memory = new RelayMemory();
    const relay = aRelay(memory);
    expect(contacted(relay, { kind: "unknown-environment" }, null, NOON)).toBe(false);
    const changes = { kind: "unknown-environment" };
    expect(relay.answer(null, NOON)).toEqual({ kind: "confirmed", changes });
    expect(memory.head).toBeNull();
    expect(relay.contactNeed(null, NOON)).toBe("first");
  });
});

it("a relay tells within a second that a revision is in use, once", () => {
  const { relay, truth } = aCurrentRelay();
  receive(relay, truth.add("a").advance(5));
  expect(relay.contactNeed(6, NOON + 999)).toBe("none");
  relay.answer(6, NOON + 999);
  expect(relay.contactNeed(6, NOON + 999)).toBe("none");
  expect(relay.contactNeed(6, NOON + 1_000)).toBe("behind");
  relay.report(0);
  contacted(relay, truth.sealedSince(6), 6, NOON + 1_000);
  relay.answer(6, NOON + 1_100);
  expect(relay.contactNeed(6, NOON + 15_000)).toBe("none");
});

it("a relay reports when readers first had a revision, and last an older one", () => {
  const { relay, truth } = aCurrentRelay();
  relay.answer(5, NOON);
  receive(relay, truth.add("a").advance(5));
  relay.answer(5, NOON + 1);
  relay.answer(6, NOON + 2);
  relay.answer(5, NOON + 3);
  relay.answer(6, NOON + 4);
  expect(relay.report(0).observed).toEqual([
    { revision: 5, firstAtMs: NOON, lastOlderAtMs: null },
    { revision: 6, firstAtMs: NOON + 2, lastOlderAtMs: NOON + 3 },
  ]);
  for (let more = 0; more < 20; more += 1)
    receive(relay, truth.add("a").advance(truth.revision - 1));
  expect(relay.report(0).observed.map(({ revision }) => revision)).toEqual([
    19, 20, 21, 22, 23, 24, 25, 26,
  ]);
});
