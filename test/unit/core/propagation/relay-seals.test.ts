import { describe, expect, it } from "vitest";
import type { Advance } from "../../../../src/core/propagation/messages.ts";
import { Relay } from "../../../../src/core/propagation/relay.ts";
import { PROPAGATION } from "../../../../src/core/propagation/settings.ts";
import type { SealClaim } from "../../../../src/core/signing/claim.ts";
import { awake, fakeKey, fakeSeal, isFakeRight, receive } from "../signing/fake-signatures.ts";
import { ID, Revisions } from "./messages.ts";
import { RelayMemory } from "./stores-in-memory.ts";

const NOON = 1_800_000_000_000;
const FIRST = fakeKey(1, ID);
const SECOND = fakeKey(2, ID, FIRST);
const THIEF = fakeKey(9, ID);

function aRelay(memory = new RelayMemory()): Relay {
  const address = { region: "weur", shard: 0 } as const;
  return awake(new Relay({ store: memory, environmentId: ID, address, settings: PROPAGATION }));
}

/** What leads to the newest revision, sealed by the last of these keys. */
function sealedBy(
  keys: readonly (typeof FIRST)[],
  truth: Revisions,
  since: number | null,
): Advance {
  const changes = truth.changesSince(since);
  if (changes.kind !== "delta" && changes.kind !== "snapshot") throw new Error(changes.kind);
  const { claim, ...rest } = changes;
  return { ...rest, seal: fakeSeal(claim, keys) };
}

/** A relay that holds revision 3. */
function held(memory = new RelayMemory()) {
  const truth = new Revisions().add("a").add("b");
  const relay = aRelay(memory);
  receive(relay, truth.advance(null));
  return { relay, truth, memory };
}

function claimOf(truth: Revisions): SealClaim {
  const changes = truth.changesSince(null);
  if (changes.kind !== "snapshot") throw new Error(changes.kind);
  return changes.claim;
}

describe("a relay refuses", () => {
  it.each([
    { name: "a stranger's state", by: (truth: Revisions) => fakeSeal(claimOf(truth), [THIEF]) },
    {
      name: "the seal of an earlier state",
      by: () => fakeSeal(claimOf(new Revisions().add("a").add("b"))),
    },
    {
      name: "a seal with another digest of keys",
      by: (truth: Revisions) => ({ ...fakeSeal(claimOf(truth)), keysRoot: "0".repeat(64) }),
    },
  ])("$name, holds and stores what it had, and reports that", ({ by }) => {
    const { relay, truth, memory } = held();
    const before = { held: relay.held, head: memory.head };
    truth.add("c");
    for (const since of [3, null]) {
      const advance = { ...truth.advance(since), seal: by(truth) };
      expect(receive(relay, advance)).not.toBeNull();
    }
    expect({ held: relay.held, head: memory.head }).toEqual(before);
    expect(relay.report(0).revision).toBe(3);
    expect(receive(relay, truth.advance(3))).toBeNull();
    expect(relay.revision).toBe(4);
  });

  it("a step with other contents than were sealed", () => {
    const { relay, truth } = held();
    const advance = truth.add("c").advance(3);
    if (advance.kind !== "delta") throw new Error("no delta");
    const [change] = advance.delta.changes;
    const delta = { ...advance.delta, changes: [{ ...change!, state: null }] };
    expect(receive(relay, { ...advance, delta })).toMatchObject({ kind: "forged" });
    expect(relay.revision).toBe(3);
  });

  it("does not count as in touch with an authority whose answer it cannot believe", () => {
    const { relay, truth } = held();
    const answer = { ...truth.add("c").advance(3), seal: fakeSeal(claimOf(truth), [THIEF]) };
    receive(relay, answer);
    expect(relay.contacted(answer, 3, NOON)).toBe(false);
    expect(relay.answer(3, NOON)).toMatchObject({ kind: "unconfirmed" });
  });
});

describe("after a rotation a relay", () => {
  it("believes the endorsed key, also after a restart, and the former one no longer", () => {
    const { relay, truth, memory } = held();
    expect(receive(relay, sealedBy([FIRST, SECOND], truth.add("c"), 3))).toBeNull();
    for (const one of [relay, aRelay(memory)]) {
      expect(one.revision).toBe(4);
      const replayed = sealedBy([FIRST], new Revisions().add("a").add("b").add("c").add("d"), null);
      expect(receive(one, replayed)).toMatchObject({ kind: "untrusted-key" });
      expect(one.revision).toBe(4);
    }
    expect(receive(relay, sealedBy([SECOND], truth.add("d"), 4))).toBeNull();
    expect(relay.revision).toBe(5);
  });

  it("that it slept through, until none of the keys is known, trusts what the authority answers", () => {
    const { relay, truth } = held();
    const later = fakeKey(40, ID, fakeKey(39, ID));
    const answer = sealedBy([later], truth.add("c"), null);
    expect(receive(relay, answer)).toMatchObject({ kind: "untrusted-key" });
    const forged = { ...answer, seal: { ...answer.seal, signature: "0".repeat(128) } };
    for (const [each, revision] of [
      [forged, 3],
      [answer, 4],
    ] as const) {
      const anew = relay.examineAnew(each);
      if (anew?.ok !== true) throw new Error("it would be checked");
      relay.take(anew.value, anew.value.plan.checks.map(isFakeRight));
      expect(relay.revision).toBe(revision);
    }
    expect(receive(relay, sealedBy([later], truth.add("d"), 4))).toBeNull();
    expect(receive(relay, sealedBy([FIRST], truth.add("e"), null))).not.toBeNull();
  });

  it("does not take what was checked under the former key, if the new one came meanwhile", () => {
    const { relay, truth } = held();
    const slow = relay.examine(sealedBy([FIRST], truth.add("c").add("d"), 3));
    if (slow?.ok !== true) throw new Error("it would be taken");
    const rotated = new Revisions().add("a").add("b").add("c");
    receive(relay, sealedBy([FIRST, SECOND], rotated, 3));
    expect(relay.take(slow.value, slow.value.plan.checks.map(isFakeRight))).toBeNull();
    expect(relay.revision).toBe(4);
  });
});

it("a relay whose storage was changed holds nothing, until it has asked", () => {
  const { truth, memory } = held();
  const [name, document] = [...memory.documents][0]!;
  memory.documents.set(name, { ...document, change: { ...document.change, state: null } });
  const relay = aRelay(memory);
  expect(relay.revision).toBeNull();
  expect(relay.contactNeed(3, NOON)).toBe("first");
  receive(relay, truth.advance(null));
  expect(relay.answer(null, NOON)).toMatchObject({ changes: { snapshot: truth.snapshot() } });
});

it("two states that are checked at the same time leave the later one, in its storage as well", () => {
  const { relay, truth, memory } = held();
  const fourth = relay.examine(truth.add("c").advance(3));
  const fifth = relay.examine(truth.add("a", "archived").advance(3));
  for (const arrival of [fifth, fourth]) {
    if (arrival?.ok !== true) throw new Error("it would be taken");
    relay.take(arrival.value, arrival.value.plan.checks.map(isFakeRight));
  }
  for (const one of [relay, aRelay(memory)]) {
    expect(one.answer(null, NOON)).toMatchObject({ changes: truth.sealedSince(null) });
  }
});
