import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newSigningKey, signEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import type { Command } from "../../../src/core/authority/command.ts";
import { epochMs } from "../../../src/core/brand.ts";
import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import type { Snapshot } from "../../../src/core/documents/snapshot.ts";
import type {
  Advance,
  Delivery,
  RelayApi,
  RelayReport,
} from "../../../src/core/propagation/messages.ts";
import type { Region } from "../../../src/core/propagation/relay-address.ts";
import { sealedText } from "../../../src/core/signing/claim.ts";
import { signingKeyId } from "../../../src/core/signing/key-id.ts";
import { claimOf, stateAfter } from "../../../src/core/signing/sealed-state.ts";
import { flag, initialize, valueOf } from "../../unit/core/authority/builders.ts";
import { RemoteEnvironment } from "../authority/an-environment.ts";
import { done, newPlace } from "../control/api.ts";
import { enlistedRelays, RemoteRelay, unreachable } from "./relays.ts";

const REGIONS = ["weur", "enam", "oc"] as const;
/** The one that spoke last. */
const CANARY = 2;

/** What becomes of calls in which a relay is to try something. */
type Trial = (delivery: Delivery, relay: RelayApi) => Promise<readonly RelayReport[]>;

const create = (key: string): Command => ({ kind: "flag.create", document: flag(key) });
const patch = (key: string, changes: object): Command => ({
  kind: "flag.patch",
  key,
  expectedVersion: "any",
  patch: changes,
});

/** The relays, but for calls in which one is to try something. */
const relaysThat = (trial: Trial) => ({
  getByName: (name: string) => {
    const relay = env.RELAYS.getByName(name) as unknown as RelayApi;
    const deliver = (delivery: Delivery) =>
      delivery.isTrial === true ? trial(delivery, relay) : relay.deliver(delivery);
    return { deliver };
  },
});

/** An environment at revision 2 that stages, with relays that have all of it. */
async function aStagedScene(regions: readonly Region[] = REGIONS) {
  const remote = new RemoteEnvironment();
  await remote.do({ ...initialize(remote.id), stagedPublish: true } as Command);
  await remote.do(create("a"));
  const relays = await enlistedRelays(remote, ...regions);
  const rewire = (trial: Trial) =>
    runInDurableObject(remote.stub, (instance) => {
      Object.assign(instance, { env: { ...env, RELAYS: relaysThat(trial) } });
    });
  const receipts = async (revision: number) =>
    valueOf(await remote.authority.propagation(revision));
  return { remote, relays, rewire, receipts };
}

const revisionsOf = (relays: readonly RemoteRelay[]) =>
  Promise.all(relays.map((relay) => relay.revision()));

const arrived = (relays: readonly RemoteRelay[], revision: number) =>
  Promise.all(relays.map((relay) => relay.arrived(revision)));

/** The revision of the boot copy. */
async function published(remote: RemoteEnvironment): Promise<number> {
  const copy = await env.CONFIG.getWithMetadata<{ revision: number }>(`env:${remote.id}:snapshot`);
  return copy.metadata?.revision ?? 0;
}

/** Looks again and again. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await scheduler.wait(1);
}

/** Lets trials wait until it is opened, and go on to the relay then. */
function aGate() {
  const gate = { isOpen: false, asked: 0 };
  const trial: Trial = async (delivery, relay) => {
    gate.asked += 1;
    while (!gate.isOpen) await scheduler.wait(1);
    return await relay.deliver(delivery);
  };
  return { gate, trial };
}

const refusing: Trial = async (delivery) => {
  const { advance } = delivery;
  const revision = advance.kind === "delta" ? advance.delta.revision : advance.snapshot.revision;
  const relay = { region: REGIONS[CANARY], shard: 0 };
  const refused = { revision, issue: { path: "/flags/a", message: "does not suit me" } };
  return [{ relay, revision: revision - 1, sockets: 0, observed: [], refused }];
};

describe("a change where changes are staged", () => {
  it("is nowhere but at the canary until that has taken it, and everywhere then", async () => {
    const { remote, relays, rewire, receipts } = await aStagedScene();
    await until(async () => (await published(remote)) === 2);
    const { gate, trial } = aGate();
    await rewire(trial);
    await remote.do(patch("a", { enabled: false }));
    await until(async () => gate.asked === 1);
    // Who asks meanwhile gets what everybody has.
    for (const relay of relays)
      expect(await relay.changesSince(2)).toMatchObject({
        changes: { kind: "current", revision: 2 },
      });
    const [late] = await enlistedRelays(remote, "afr");
    expect(await revisionsOf([...relays, late!])).toEqual([2, 2, 2, 2]);
    expect(await published(remote)).toBe(2);
    expect(await receipts(3)).toMatchObject({
      state: "accepted",
      stage: { state: "trying", canary: { region: REGIONS[CANARY], shard: 0 }, endedAtMs: null },
    });
    gate.isOpen = true;
    await arrived([...relays, late!], 3);
    await until(async () => (await receipts(3)).state === "relayed");
    await until(async () => (await published(remote)) === 3);
    expect(gate.asked).toBe(1);
    expect((await receipts(3)).stage).toMatchObject({
      state: "accepted",
      endedAtMs: expect.any(Number),
    });
    expect((await remote.verify()).verified).toBe(true);
  });

  it("is taken back when the canary refuses it: by the system, with the reason, everywhere", async () => {
    const { remote, relays, rewire, receipts } = await aStagedScene();
    await rewire(refusing);
    await remote.do(patch("a", { enabled: false }));
    await arrived(relays, 4);
    expect(await receipts(3)).toMatchObject({
      state: "reverted",
      relayedAtMs: null,
      stage: {
        state: "reverted",
        issue: { path: "/flags/a", message: "does not suit me" },
        revertedBy: 4,
      },
    });
    await until(async () => (await receipts(4)).state === "relayed");
    const page = { limit: 1, cursor: null, document: null };
    const [entry] = valueOf(await remote.authority.log(page)).items;
    expect(entry).toMatchObject({
      revision: 4,
      actor: { kind: "system", id: "staged-publish" },
      action: "environment.rollback",
      reason:
        "The relay oc:0 refused revision 3: /flags/a does not suit me. Everything since revision 2 " +
        "was taken back, kills excepted.",
    });
    const [restored] = (await remote.newest()).flags;
    expect(restored?.document.enabled).toBe(true);
    await until(async () => (await published(remote)) === 4);
    expect((await remote.verify()).verified).toBe(true);
  });

  it("goes out with a kill, which waits for nothing", async () => {
    const { remote, relays, rewire, receipts } = await aStagedScene();
    const { gate, trial } = aGate();
    await rewire(trial);
    await remote.do(patch("a", { enabled: false }));
    await until(async () => gate.asked === 1);
    await remote.do({ kind: "flag.kill", key: "a", variation: "off" }, { reason: "it hurts" });
    await arrived(relays, 4);
    expect(gate.isOpen).toBe(false);
    expect((await receipts(3)).stage?.state).toBe("overtaken");
    await until(async () => (await receipts(4)).state === "relayed");
    expect((await receipts(4)).stage?.state).toBe("overtaken");
    gate.isOpen = true;
  });

  it("is tried on by another process when the authority's ends meanwhile", async () => {
    const { remote, relays, rewire, receipts } = await aStagedScene();
    await rewire(unreachableFor("hang"));
    await remote.do(patch("a", { enabled: false }));
    expect(await revisionsOf(relays)).toEqual([2, 2, 2]);
    await abortAllDurableObjects();
    // Whoever asks wakes it, as its alarm would in a moment.
    await receipts(3);
    await arrived(relays, 3);
    await until(async () => (await receipts(3)).state === "relayed");
    expect((await receipts(3)).stage?.state).toBe("accepted");
  });

  it("is tried on one relay after the other while none answers, and goes out all the same", async () => {
    const { remote, relays, rewire, receipts } = await aStagedScene();
    let asked = 0;
    await rewire(() => {
      asked += 1;
      return unreachable("error").getByName().deliver();
    });
    await remote.do(patch("a", { enabled: false }));
    await arrived(relays, 3);
    expect(asked).toBe(3);
    expect((await receipts(3)).stage?.state).toBe("unanswered");
    expect((await remote.newest()).revision).toBe(3);
  });

  it("goes to all at once where it is the settings' own, and they say so from then on", async () => {
    const { remote, relays, rewire, receipts } = await aStagedScene();
    await rewire(refusing);
    await remote.do({
      kind: "settings.patch",
      expectedVersion: 1,
      patch: { stagedPublish: false },
    });
    await remote.do(patch("a", { enabled: false }));
    await arrived(relays, 4);
    expect((await receipts(4)).stage).toBeNull();
  });
});

it("an environment for production shows in its receipts how each change was tried", async () => {
  const { project } = await newPlace();
  const params = { project, environment: "prod" };
  await done("environments.create", {
    params: { project },
    body: { key: "prod", production: true },
  });
  await done("catalogue.create", { params: { project }, body: { key: "new-nav" } });
  const { environmentId } = (await done("rulesets.get", { params })).body;
  await new RemoteRelay(environmentId, "weur").changesSince(null);
  const at = { ...params, flag: "new-nav" };
  const headers = { "if-match": "*" };
  const changed = await done("flags.patch", { params: at, body: { enabled: true }, headers });
  const revision = String(changed.body.revision);
  const receipts = async () =>
    (await done("propagation.get", { params: { ...params, revision } })).body;
  await until(async () => (await receipts()).state === "relayed");
  expect((await receipts()).stage).toMatchObject({
    state: "accepted",
    canary: { region: "weur", shard: 0 },
    issue: null,
    revertedBy: null,
  });
});

describe("a relay that is to try something", () => {
  it("takes what compiles, and refuses what does not, with the place, though it is well sealed", async () => {
    const remote = new RemoteEnvironment();
    await remote.do(initialize(remote.id));
    const [relay] = await enlistedRelays(remote, "weur");
    await relay!.rewire({ ENVIRONMENTS: unreachable("error") });
    const api = relay!.stub as unknown as RelayApi;
    const other = new RemoteEnvironment();
    const [fresh] = await enlistedRelays(other, "weur");
    const unheld = fresh!.stub as unknown as RelayApi;
    const bad = flag("a", {
      rules: [{ id: "r", if: { segment: "nobody-knows" }, then: { variation: "on" } }],
    });
    const [refusal] = await letTry(unheld, bad, other.id);
    expect(refusal).toMatchObject({
      revision: null,
      refused: { revision: 7, issue: { path: "/flags/a/rules/0/if/segment" } },
    });
    expect(await fresh!.revision()).toBeNull();
    const [accepted] = await letTry(unheld, flag("a"), other.id);
    expect(accepted).toMatchObject({ revision: 7 });
    expect(accepted?.refused).toBeUndefined();
    expect(await fresh!.revision()).toBe(7);
    // A wrong seal is no word of the authority's, and so no reason to take anything back.
    const [forged] = await letTry(api, bad, remote.id);
    expect(forged).toMatchObject({ revision: 1 });
    expect(forged?.refused).toBeUndefined();
  });
});

/** Sends a relay a whole state to try, of one flag. */
async function letTry(relay: RelayApi, document: FlagDocument, id: string) {
  const snapshot = await snapshotOf(document, id);
  const advance = await sealed(snapshot);
  const { environmentId } = snapshot;
  return await relay.deliver({ environmentId, advance, forward: [], isTrial: true });
}

const unreachableFor =
  (how: "error" | "hang"): Trial =>
  () =>
    unreachable(how).getByName().deliver();

async function snapshotOf(document: FlagDocument, id: string): Promise<Snapshot> {
  const remote = new RemoteEnvironment();
  await remote.do(initialize(remote.id));
  return {
    ...(await remote.newest()),
    environmentId: id as Snapshot["environmentId"],
    revision: 7,
    acceptedAtMs: epochMs(1_800_000_000_000),
    flags: [{ version: 1, document }],
  };
}

/** Sealed by a key that nobody has trusted or distrusted yet. */
async function sealed(snapshot: Snapshot): Promise<Advance> {
  const { publicKey, seed } = await newSigningKey();
  const claim = claimOf(stateAfter(null, { kind: "snapshot", snapshot })!);
  const key = { id: signingKeyId(publicKey), publicKey, createdAtMs: 1, endorsement: null };
  const signature = await signEd25519(seed, sealedText(claim));
  const seal = { keyId: key.id, signature, keysRoot: claim.keysRoot, signers: [key] };
  return { kind: "snapshot", snapshot, seal };
}
