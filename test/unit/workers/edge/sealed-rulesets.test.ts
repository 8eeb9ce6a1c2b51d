import { describe, expect, it } from "vitest";
import type { Seal } from "../../../../src/core/signing/seal.ts";
import { claimOf, stateAfter } from "../../../../src/core/signing/sealed-state.ts";
import { fakeKey, fakeSeal, isFakeRight } from "../../core/signing/fake-signatures.ts";
import { deltaTo, ID, sealedAt, snapshotAt, World } from "./world.ts";

const FIRST = fakeKey(1, ID);
const SECOND = fakeKey(2, ID, FIRST);
const THIEF = fakeKey(9, ID);

/** A snapshot sealed by the last of these keys. */
function sealedBy(keys: readonly (typeof FIRST)[], revision: number, flags = 1) {
  const snapshot = snapshotAt(ID, revision, flags);
  const state = stateAfter(null, { kind: "snapshot", snapshot });
  return { snapshot, seal: fakeSeal(claimOf(state!), keys) };
}

/** An isolate that holds revision 1, and trusts whoever sealed it. */
async function warm(): Promise<World> {
  const world = new World();
  await world.get();
  world.log.length = 0;
  return world;
}

const says = (answer: unknown) => ({ says: answer });
const rejections = (world: World) => world.log.filter(({ event }) => event === "ruleset.rejected");

describe("an isolate that trusts a key", () => {
  it.each([
    { name: "no seal", answer: { kind: "snapshot", snapshot: snapshotAt(ID, 2) } },
    { name: "the seal of another revision", answer: { ...sealedAt(ID, 3), revision: 2 } },
    {
      name: "the seal of other contents",
      answer: { snapshot: snapshotAt(ID, 2, 2), seal: sealedAt(ID, 2).seal },
    },
    { name: "a stranger's seal", answer: sealedBy([THIEF], 2) },
    {
      name: "a stranger's seal that names the trusted key",
      answer: sealedBy([FIRST, THIEF], 2),
    },
    {
      name: "an endorsement by another key",
      answer: sealedBy([FIRST, fakeKey(2, ID, THIEF)], 2),
    },
  ])("refuses $name, and goes on with what it has", async ({ answer }) => {
    const world = await warm();
    const snapshot = { ...answer.snapshot, revision: 2 };
    world.authority = says({ ...answer, kind: "snapshot", snapshot });
    await world.clock.advance(1_500);
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: 1_500 });
    expect(world.health.rejected).toBeGreaterThan(0);
    expect(rejections(world)[0]?.fields).toMatchObject({ problem: { kind: "not-authentic" } });
    world.authority = "ok";
    world.revision = 3;
    await world.clock.advance(4_000);
    expect(await world.get()).toMatchObject({ revision: 3, staleMs: null });
  });

  it("refuses a step to other contents than were sealed, and takes everything instead", async () => {
    const world = await warm();
    world.revision = 2;
    const { seal } = sealedAt(ID, 2);
    const [change] = deltaTo(ID, 1, 2).changes;
    const delta = { ...deltaTo(ID, 1, 2), changes: [{ ...change, state: null }] };
    world.authority = says({ kind: "delta", delta, seal });
    await world.clock.advance(1_500);
    await world.get();
    expect(world.asked.slice(-2)).toEqual([1, null]);
    expect(rejections(world)).toHaveLength(2);
  });

  it("follows a rotation, and from then on trusts the new key alone", async () => {
    const world = await warm();
    world.authority = says({ kind: "snapshot", ...sealedBy([FIRST, SECOND], 2) });
    await world.clock.advance(1_500);
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null });
    world.authority = says({ kind: "snapshot", ...sealedBy([FIRST], 3) });
    await world.clock.advance(1_500);
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: 1_500 });
    world.authority = says({ kind: "snapshot", ...sealedBy([SECOND], 4) });
    await world.clock.advance(4_000);
    expect(await world.get()).toMatchObject({ revision: 4, staleMs: null });
  });
});

describe("the boot copy", () => {
  it.each([
    { name: "without a seal", copy: { snapshot: snapshotAt(ID, 1), seal: undefined } },
    {
      name: "with the seal of other contents",
      copy: { snapshot: snapshotAt(ID, 1, 2), seal: sealedAt(ID, 1).seal },
    },
  ])("$name is not used", async ({ copy }) => {
    const world = new World();
    world.authority = "error";
    world.kv = says({ revision: 1, ...copy });
    expect(await world.get()).toMatchObject({ kind: "unavailable" });
    expect(rejections(world)).toMatchObject([{ fields: { source: "kv" } }]);
  });

  it("that a stranger has sealed is served, marked, and never once a relay has answered", async () => {
    const world = new World();
    world.authority = "error";
    world.kv = says({ revision: 1_000_000, ...sealedBy([THIEF], 1_000_000) });
    const answer = await world.get();
    expect(answer).toMatchObject({ kind: "ready", revision: 1_000_000 });
    expect(answer.staleMs).toBeGreaterThan(0);
    world.authority = "ok";
    world.revision = 2;
    await world.clock.advance(4_000);
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null });
    expect(world.asked.at(-1)).toBeNull();
    const problem = { kind: "not-authentic", seal: { kind: "untrusted-key" } };
    expect(rejections(world)).toMatchObject([{ fields: { source: "kv", problem } }]);
  });

  it("of the same revision as a stranger's is not confirmed by a relay that has the true one", async () => {
    const world = new World();
    world.authority = "error";
    world.revision = 2;
    world.kv = says({ revision: 2, ...sealedBy([THIEF], 2, 5) });
    await world.get();
    world.authority = "ok";
    await world.clock.advance(4_000);
    expect(await world.get()).toMatchObject({ revision: 2, staleMs: null });
    expect(world.environments.flagCount()).toBe(1);
  });

  it("of a stranger that is still being checked when a relay answers is dropped", async () => {
    const world = new World();
    let finish: (() => void) | undefined;
    const checked = new Promise<void>((resolve) => {
      finish = resolve;
    });
    world.verify = async (check) => {
      if (check.publicKey === THIEF.publicKey) await checked;
      return isFakeRight(check);
    };
    world.kv = says({ revision: 9, ...sealedBy([THIEF], 9) });
    world.authority = { slowMs: 20 };
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: null });
    finish?.();
    await world.clock.advance(5);
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: null });
  });

  it("of after a rotation that a relay has not heard of is built on", async () => {
    const world = new World();
    world.authority = "error";
    world.kv = says({ revision: 5, ...sealedBy([FIRST, SECOND], 5) });
    await world.get();
    world.authority = says({ kind: "snapshot", ...sealedBy([FIRST], 4) });
    await world.clock.advance(4_000);
    expect(await world.get()).toMatchObject({ revision: 5 });
    expect(rejections(world)).toEqual([]);
  });

  it("of before a rotation gives way to what a relay has, without a word", async () => {
    const world = new World();
    world.authority = "error";
    world.kv = says({ revision: 4, ...sealedBy([FIRST], 4) });
    await world.get();
    world.authority = says({ kind: "snapshot", ...sealedBy([FIRST, SECOND], 5) });
    await world.clock.advance(4_000);
    expect(await world.get()).toMatchObject({ revision: 5, staleMs: null });
    expect(rejections(world)).toEqual([]);
  });

  it("that was sealed with a former key gives way, whatever revision it claims to be", async () => {
    for (const revision of [4, 1_000_000]) {
      const world = new World();
      world.authority = "error";
      world.kv = says({ revision, ...sealedBy([FIRST], revision, 5) });
      await world.get();
      world.authority = says({ kind: "snapshot", ...sealedBy([FIRST, SECOND], 4) });
      await world.clock.advance(4_000);
      expect(await world.get()).toMatchObject({ revision: 4, staleMs: null });
      expect(world.environments.flagCount()).toBe(1);
      expect(rejections(world)).toHaveLength(revision > 4 ? 1 : 0);
    }
  });
});

it("a seal that is no seal is refused like none", async () => {
  const { seal } = sealedAt(ID, 2);
  const wrong: readonly unknown[] = [
    null,
    "seal",
    { ...seal, keyId: "00" },
    { ...seal, signature: seal.signature.toUpperCase() },
    { ...seal, signers: [] },
    { ...seal, signers: Array.from({ length: 65 }, () => seal.signers[0]) },
    { ...seal, signers: [{ ...seal.signers[0], endorsement: 1 }] } satisfies Record<
      keyof Seal,
      unknown
    >,
  ];
  for (const bad of wrong) {
    const world = await warm();
    world.authority = says({ kind: "snapshot", snapshot: snapshotAt(ID, 2), seal: bad });
    await world.clock.advance(1_500);
    expect(await world.get()).toMatchObject({ revision: 1, staleMs: 1_500 });
    const problem = { kind: "not-authentic", seal: { kind: "unsealed" } };
    expect(rejections(world)[0]?.fields).toMatchObject({ problem });
  }
});
