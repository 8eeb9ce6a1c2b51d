import { beforeEach, describe, expect, it } from "vitest";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import { environmentId } from "../../../../src/core/brand.ts";
import type { ReceivedState } from "../../../../src/sdk/core/read-word.ts";
import { RulesetStore } from "../../../../src/sdk/core/ruleset-store.ts";
import { flag, segment } from "../../core/evaluation/build.ts";
import { ENVIRONMENT, Origin, verifySignature } from "./origin.ts";

const storeOf = (trusted: readonly string[] = []) =>
  new RulesetStore(trusted, {
    environmentId: ENVIRONMENT,
    compilePattern: compileRe2,
    verifySignature,
  });

const inSegment = (key: string) => ({
  rules: [{ id: "r1", if: { segment: key }, then: { variation: "off" } }],
});

/** Another authority's, for the same environment. */
const thiefAt = (revision: number) => {
  const thief = new Origin();
  while (thief.revision < revision) thief.put("flag", flag({ key: "stolen" }));
  return thief.snapshot();
};

describe("RulesetStore", () => {
  let origin: Origin;
  let store: RulesetStore;

  beforeEach(async () => {
    origin = new Origin()
      .put("flag", flag({ key: "plain" }))
      .put("segment", segment("beta"))
      .put("flag", flag({ key: "asks", ...inSegment("beta") }))
      .put("flag", flag({ key: "needs", prerequisites: [{ flag: "plain", variations: ["on"] }] }));
    store = storeOf();
    expect(await store.take(origin.snapshot(), "vouched")).toMatchObject({
      kind: "adopted",
      revision: 4,
    });
  });

  const revision = () => store.held?.ruleset.revision;

  it("says of the first state that every flag is new", async () => {
    const outcome = await storeOf().take(origin.snapshot(), "vouched");
    expect(outcome).toMatchObject({ flags: ["asks", "needs", "plain"] });
  });

  it("takes steps, and names the flags that may answer otherwise", async () => {
    origin.put("flag", flag({ key: "other" }));
    expect(await store.take(origin.delta(4), "vouched")).toMatchObject({ flags: ["other"] });
    origin.put("flag", flag({ key: "plain", enabled: false }));
    expect(await store.take(origin.delta(5), "vouched"), "and who needs it").toMatchObject({
      flags: ["needs", "plain"],
    });
    origin.put("segment", segment("beta", { included: ["u1"] }));
    expect(await store.take(origin.delta(6), "vouched")).toMatchObject({ flags: ["asks"] });
    origin.remove("flag", "other");
    expect(await store.take(origin.delta(7), "vouched")).toMatchObject({ flags: ["other"] });
    expect(revision()).toBe(8);
  });

  it("takes a step that begins before what is held", async () => {
    origin.put("flag", flag({ key: "plain", enabled: false }));
    origin.put("flag", flag({ key: "other" }));
    expect(await store.take(origin.delta(4, 5), "vouched")).toMatchObject({ revision: 5 });
    expect(await store.take(origin.delta(4, 6), "vouched")).toMatchObject({
      revision: 6,
      flags: ["other"],
    });
  });

  it("of a newer whole state makes anew only what differs", async () => {
    const before = store.held?.ruleset;
    origin.put("flag", flag({ key: "other" })).put("flag", flag({ key: "asks" }));
    expect(await store.take(origin.snapshot(), "vouched")).toMatchObject({
      flags: ["asks", "other"],
    });
    expect(store.held?.ruleset.flags.get("plain")).toBe(before?.flags.get("plain"));
  });

  it("takes nothing twice, and nothing older, whichever way it comes", async () => {
    origin.put("flag", flag({ key: "plain", enabled: false }));
    const old = [origin.snapshot(3), origin.delta(2, 4), origin.snapshot(5), origin.delta(4, 5)];
    await store.take(origin.delta(4), "vouched");
    const held = store.held;
    for (const state of old)
      expect(await store.take(state, "vouched")).toEqual({ kind: "held-already" });
    expect(store.held).toBe(held);
  });

  it("takes no step that begins after what is held", async () => {
    origin.put("flag", flag({ key: "plain", enabled: false })).put("flag", flag({ key: "other" }));
    expect(await store.take(origin.delta(5), "vouched")).toEqual({ kind: "gap" });
    expect(await storeOf().take(origin.delta(5), "vouched")).toEqual({ kind: "gap" });
    expect(revision()).toBe(4);
  });

  it("takes nothing whose seal is of another state, is missing, or is no seal", async () => {
    origin.put("flag", flag({ key: "plain", enabled: false }));
    const seals = [origin.seal(4), undefined, null, "sealed", { ...origin.seal(), signers: [] }];
    for (const seal of seals) {
      for (const state of [origin.snapshot(), origin.delta(4)]) {
        expect(await store.take({ ...state, seal }, "vouched"), JSON.stringify(seal)).toMatchObject(
          {
            kind: "refused",
            why: expect.stringContaining("seal"),
          },
        );
      }
    }
    expect(revision()).toBe(4);
  });

  it("takes nothing that was changed on the way, in whichever place", async () => {
    origin.put("flag", flag({ key: "plain", enabled: false }));
    const delta = JSON.stringify(origin.delta(4).delta);
    const changed = [
      delta.replace('"enabled":false', '"enabled":true'),
      delta.replace('"version":2', '"version":3'),
      delta.replace('"acceptedAtMs":1005', '"acceptedAtMs":1006'),
      delta.replace('"revision":5', '"revision":6'),
      delta.replace(/"changes":.*/, '"changes":[]}'),
    ];
    for (const text of changed) {
      expect(text).not.toBe(delta);
      const state = { kind: "delta", delta: JSON.parse(text), seal: origin.seal() } as const;
      expect(await store.take(state, "vouched"), text).toMatchObject({ kind: "refused" });
    }
    expect(revision()).toBe(4);
    expect(await store.take(origin.delta(4), "vouched")).toMatchObject({ kind: "adopted" });
  });

  it("takes nothing of another environment, or signed by another authority", async () => {
    const other = new Origin("z9y8x7w6").put("flag", flag());
    expect(await storeOf().take(other.snapshot(), "vouched")).toMatchObject({ kind: "refused" });
    const forger = new Origin();
    for (let made = 0; made < 5; made += 1) forger.put("flag", flag());
    expect(await store.take(forger.snapshot(), "vouched")).toMatchObject({
      why: expect.stringContaining("untrusted-key"),
    });
  });

  it("believes a key that the former one endorses, and no longer the former", async () => {
    const before = origin.put("flag", flag({ key: "a" })).snapshot();
    origin.put("flag", flag({ key: "b" })).rotate();
    expect(await store.take(origin.delta(4), "vouched")).toMatchObject({
      kind: "adopted",
      revision: 6,
    });
    const older = { ...before, snapshot: { ...(before.snapshot as object), revision: 7 } };
    expect(await store.take(older, "vouched")).toMatchObject({ kind: "refused" });
  });

  it("believes only the keys that it was given, and their followers", async () => {
    const first = origin.publicKey;
    expect(await storeOf([first]).take(origin.snapshot(), "vouched")).toMatchObject({
      kind: "adopted",
    });
    origin.rotate();
    expect(await storeOf([first]).take(origin.snapshot(), "vouched")).toMatchObject({
      kind: "adopted",
    });
    const stranger = new Origin().publicKey;
    expect(await storeOf([stranger]).take(origin.snapshot(), "vouched")).toMatchObject({
      kind: "refused",
    });
  });

  describe("before anybody has vouched", () => {
    beforeEach(() => {
      store = storeOf();
    });

    it.each([3, 4, 1_000])(
      "forgets a thief's revision %i for the first vouched one",
      async (at) => {
        expect(await store.take(thiefAt(at), "provisional")).toMatchObject({ kind: "adopted" });
        expect([revision(), store.vouched]).toEqual([at, null]);
        expect(await store.take(origin.snapshot(), "vouched")).toEqual({
          kind: "adopted",
          revision: 4,
          flags: ["asks", "needs", "plain", "stolen"],
        });
        expect([revision(), store.vouched]).toEqual([4, store.held]);
        for (const standing of ["provisional", "vouched"] as const) {
          expect(await store.take(thiefAt(2_000), standing)).toMatchObject({
            why: expect.stringContaining("untrusted-key"),
          });
        }
        origin.put("flag", flag({ key: "other" }));
        expect(await store.take(origin.delta(4), "provisional")).toMatchObject({ kind: "adopted" });
      },
    );

    it("keeps a newer one of the authority that a vouched one then shows", async () => {
      const older = origin.snapshot();
      origin.put("flag", flag({ key: "other" }));
      await store.take(origin.snapshot(), "provisional");
      const { held } = store;
      expect(await store.take(older, "vouched")).toEqual({ kind: "held-already" });
      expect([revision(), store.held, store.vouched]).toEqual([5, held, held]);
      expect(await store.take(thiefAt(9), "provisional")).toMatchObject({ kind: "refused" });
      origin.put("flag", flag({ key: "more" }));
      expect(await store.take(origin.delta(5), "vouched")).toMatchObject({ flags: ["more"] });
    });

    it("keeps one by a key that follows the vouched one, and trusts the vouched one", async () => {
      const older = origin.snapshot();
      origin.put("flag", flag({ key: "other" }));
      const former = origin.snapshot();
      const byFormer = origin.put("flag", flag({ key: "more" })).snapshot();
      origin.rotate();
      await store.take(origin.snapshot(5), "provisional");
      expect(await store.take(older, "vouched")).toEqual({ kind: "held-already" });
      expect(await store.take(former, "vouched")).toEqual({ kind: "held-already" });
      expect(await store.take(byFormer, "vouched")).toMatchObject({ kind: "adopted", revision: 6 });
    });

    it("forgets one by a former key, whose thief could have written it", async () => {
      const byFormer = origin.put("flag", flag({ key: "other" })).snapshot();
      await store.take(byFormer, "provisional");
      origin.rotate();
      expect(await store.take(origin.snapshot(4), "vouched")).toMatchObject({ revision: 4 });
      expect(await store.take(byFormer, "provisional")).toMatchObject({ kind: "refused" });
    });

    it("builds nothing on what it has, and goes forward in that too", async () => {
      await store.take(origin.snapshot(3), "provisional");
      for (const standing of ["provisional", "vouched"] as const) {
        expect(await store.take(origin.delta(3), standing)).toEqual({ kind: "gap" });
      }
      expect(await store.take(origin.delta(2, 3), "vouched")).toEqual({ kind: "gap" });
      expect(await store.take(origin.snapshot(2), "provisional")).toEqual({ kind: "held-already" });
      expect(await store.take(thiefAt(9), "provisional")).toMatchObject({ revision: 9 });
      expect(store.vouched).toBeNull();
    });

    it("trusts nobody for what cannot be used, and keeps what it has", async () => {
      await store.take(thiefAt(9), "provisional");
      const wrong = { ...origin.snapshot(), seal: origin.seal(3) };
      expect(await store.take(wrong, "vouched")).toMatchObject({ kind: "refused" });
      origin.put("flag", flag({ key: "plain", default: { variation: "none" } }));
      expect(await store.take(origin.snapshot(), "vouched")).toMatchObject({ kind: "refused" });
      expect([revision(), store.vouched]).toEqual([9, null]);
    });

    it("takes only what is sealed by the keys it was given, and that is as good as vouched", async () => {
      store = storeOf([origin.publicKey]);
      expect(await store.take(thiefAt(9), "provisional")).toMatchObject({ kind: "refused" });
      expect(await store.take(origin.snapshot(), "provisional")).toMatchObject({ revision: 4 });
      expect(store.vouched).toBe(store.held);
      expect(await store.take(origin.snapshot(3), "vouched")).toEqual({ kind: "held-already" });
      expect(revision()).toBe(4);
      origin.put("flag", flag({ key: "a" })).put("flag", flag({ key: "b" }));
      const byFormer = origin.snapshot();
      origin.rotate();
      expect(await store.take(origin.delta(4, 5), "provisional")).toMatchObject({ revision: 5 });
      expect(await store.take(byFormer, "provisional")).toMatchObject({ kind: "refused" });
    });
  });

  it("takes no ruleset that would not compile, though it is sealed", async () => {
    origin.put("flag", flag({ key: "plain", default: { variation: "none" } }));
    expect(await store.take(origin.delta(4), "vouched")).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("/flags/plain"),
    });
    expect(revision()).toBe(4);
  });

  it("refuses whatever else comes, and never throws", async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    const seal = origin.seal();
    const good = origin.snapshot().snapshot as { flags: { document: object }[] };
    const flags = [{ version: 1, document: { ...good.flags[0]!.document, description: deep } }];
    const rubbish = [
      undefined,
      null,
      7,
      "x",
      [],
      {},
      { format: 1 },
      { ...good, revision: 9, flags },
    ];
    for (const snapshot of rubbish) {
      const states: ReceivedState[] = [
        { kind: "snapshot", snapshot, seal },
        { kind: "delta", delta: snapshot, seal },
      ];
      for (const state of states)
        expect(await store.take(state, "vouched")).toMatchObject({ kind: "refused" });
    }
    expect(revision()).toBe(4);
  });

  it("belongs to one environment, whose id the key names", async () => {
    const other = new RulesetStore([], {
      environmentId: environmentId("z9y8x7w6"),
      compilePattern: compileRe2,
      verifySignature,
    });
    expect(await other.take(origin.snapshot(), "vouched")).toMatchObject({
      why: expect.stringContaining("a1b2c3d4"),
    });
  });
});
