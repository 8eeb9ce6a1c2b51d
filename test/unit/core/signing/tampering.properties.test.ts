import { createPrivateKey, createPublicKey } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { signEd25519, verifyEd25519 } from "../../../../src/adapters/crypto/ed25519.ts";
import { publishedIn } from "../../../../src/adapters/kv/snapshot-store.ts";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import { environmentId } from "../../../../src/core/brand.ts";
import type { Snapshot } from "../../../../src/core/documents/snapshot.ts";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { canonicalJson } from "../../../../src/core/json.ts";
import { Relay } from "../../../../src/core/propagation/relay.ts";
import { PROPAGATION } from "../../../../src/core/propagation/settings.ts";
import { checkSeal } from "../../../../src/core/signing/check-seal.ts";
import { endorsementText, sealedText } from "../../../../src/core/signing/claim.ts";
import { signingKeyId } from "../../../../src/core/signing/key-id.ts";
import type { Seal, SigningKey } from "../../../../src/core/signing/seal.ts";
import { claimOf, stateAfter } from "../../../../src/core/signing/sealed-state.ts";
import { readSeal } from "../../../../src/core/signing/read-seal.ts";
import { HeldEnvironments } from "../../../../workers/edge/held-environments.ts";
import type { SealedRuleset } from "../../../../workers/edge/sealed-ruleset.ts";
import { takeSealed } from "../../../../workers/edge/take-changes.ts";
import { flag, sdkKey, segment } from "../authority/builders.ts";
import { RelayMemory } from "../propagation/stores-in-memory.ts";

// A sealed copy as it lies in KV, damaged in every way that one byte can be, and read by the code
// that reads it in isolates, relays and clients. The signatures are real.

const ID = environmentId("envtest00001");
/** Of each reader: more than the text has bytes. */
const CASES = 5_000;
const STRIDE = 7;

interface Copy {
  readonly snapshot: Snapshot;
  readonly seal: Seal;
}

let keys: readonly { readonly key: SigningKey; readonly seed: string }[] = [];

/** The key of a number, endorsed by another one, or the first. */
async function keyPair(number: number, former?: { key: SigningKey; seed: string }) {
  const seed = number.toString(16).padStart(64, "0");
  const key = Buffer.from(`302e020100300506032b657004220420${seed}`, "hex");
  const secret = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const { x } = createPublicKey(secret).export({ format: "jwk" });
  const publicKey = Buffer.from(x!, "base64url").toString("hex");
  const open = { id: signingKeyId(publicKey), publicKey, createdAtMs: number };
  const endorsement = former ? await signEd25519(former.seed, endorsementText(ID, open)) : null;
  return { key: { ...open, endorsement }, seed };
}

function snapshotAt(revision: number): Snapshot {
  return {
    format: "switchyard.snapshot/1",
    environmentId: ID,
    revision,
    acceptedAtMs: 1_800_000_000_000 + revision,
    salt: "env-salt",
    flags: ["a", "b"].map((key) => ({ version: revision, document: flag(key) })),
    segments: [{ version: 1, document: segment("beta") }],
    experiments: [],
    holdouts: [],
    keys: [{ version: 1, document: sdkKey("k1") }],
  };
}

async function sealed(revision: number): Promise<Copy> {
  const snapshot = snapshotAt(revision);
  const claim = claimOf(stateAfter(null, { kind: "snapshot", snapshot })!);
  const signer = keys.at(-1)!;
  const signature = await signEd25519(signer.seed, sealedText(claim));
  const signers = keys.map(({ key }) => key);
  return { snapshot, seal: { keyId: signer.key.id, signature, keysRoot: claim.keysRoot, signers } };
}

/** What a reader that holds a copy makes of a text; `null`: it refuses it, and stays as it is. */
type Reader = (text: string) => Promise<unknown>;

const trusted = () => [keys[0]!.key.publicKey];
const read = (text: string) => publishedIn(text, 0) ?? { snapshot: null, seal: null };

/** `held: null`: an isolate that has nothing yet, and trusts nobody. */
async function anIsolate(held: Copy | null): Promise<Reader> {
  const environment = new HeldEnvironments().get(ID);
  environment.trusted = held === null ? [] : trusted();
  const deps = { compilePattern: compileRe2, verify: verifyEd25519 };
  const take = (copy: object, base?: SealedRuleset) =>
    takeSealed(environment, base, { kind: "snapshot", ...(copy as Copy) }, deps);
  const before = held === null ? undefined : await take(held);
  if (before?.ok === false) throw new Error("what is held is sealed");
  return async (text) => {
    const received = read(text);
    const taken = await take(received, before?.value);
    return taken.ok ? received.snapshot : null;
  };
}

async function aRelay(held: Copy): Promise<Reader> {
  const address = { region: "weur", shard: 0 } as const;
  const settings = PROPAGATION;
  const receive = async (relay: Relay, copy: unknown) => {
    const arrival = relay.examine({ kind: "snapshot", ...(copy as Copy) });
    if (arrival?.ok !== true) return;
    const { plan } = arrival.value;
    relay.take(arrival.value, await Promise.all(plan.checks.map(verifyEd25519)));
  };
  const newRelay = async () => {
    const store = new RelayMemory();
    const relay = new Relay({ store, environmentId: ID, address, settings });
    await receive(relay, held);
    return relay;
  };
  let relay = await newRelay();
  return async (text) => {
    const before = relay.held;
    try {
      await receive(relay, read(text));
    } catch {
      // A text that is no snapshot at all is refused by a rejected call.
    }
    if (relay.held === before) return null;
    const { changes } = relay.answer(null, 0) as { changes: Copy };
    relay = await newRelay();
    return changes.snapshot;
  };
}

async function aClient(): Promise<Reader> {
  return async (text) => {
    const { snapshot, seal } = read(text);
    const state = stateAfter(null, { kind: "snapshot", snapshot });
    if (state === null || state.header.environmentId !== ID) return null;
    // A client is not told the SDK keys, and takes their digest from the seal.
    const claim = claimOf(state, readSeal(seal)?.keysRoot);
    const isRight = await checkSeal(trusted(), seal, claim, verifyEd25519);
    const compiled = compileRuleset(snapshot, { compilePattern: compileRe2 });
    return isRight.ok && compiled.ok ? { ...(snapshot as Snapshot), keys: [] } : null;
  };
}

const READERS: readonly {
  readonly name: string;
  readonly reader: (held: Copy) => Promise<Reader>;
  readonly seesKeys: boolean;
}[] = [
  { name: "an isolate", reader: anIsolate, seesKeys: true },
  { name: "an isolate that trusts nobody yet", reader: () => anIsolate(null), seesKeys: true },
  { name: "a relay", reader: aRelay, seesKeys: true },
  { name: "a client", reader: aClient, seesKeys: false },
];

beforeAll(async () => {
  const first = await keyPair(1);
  keys = [first, await keyPair(2, first)];
});

/**
 * The text with one bit the other way round: another byte each time, until all had their turn, and
 * then another bit.
 */
function* damaged(text: string, cases: number): Iterable<string> {
  const bytes = new TextEncoder().encode(text);
  for (let number = 0; number < cases; number += 1) {
    const place = (number * STRIDE) % bytes.length;
    const damage = bytes.slice();
    // Low bits first: they make a digit another digit, and a letter another letter.
    damage[place] = damage[place]! ^ (1 << (Math.floor(number / bytes.length) % 8));
    yield new TextDecoder().decode(damage);
  }
}

describe.each(READERS)("$name", ({ reader, seesKeys }) => {
  const shown = (snapshot: Snapshot) => (seesKeys ? snapshot : { ...snapshot, keys: [] });

  it("takes a sealed copy as it is", async () => {
    const copy = await sealed(5);
    const taken = await (await reader(await sealed(4)))(canonicalJson(copy));
    expect(onlyKnown(taken)).toEqual(shown(copy.snapshot));
  });

  it(`takes none of other contents, whichever byte was changed: ${CASES} cases`, async () => {
    const copy = await sealed(5);
    const truth = canonicalJson(shown(copy.snapshot));
    const text = canonicalJson(copy);
    expect(text.length).toBeLessThan(CASES);
    expect(text.length % STRIDE).not.toBe(0);
    const take = await reader(await sealed(4));
    const wrong: string[] = [];
    let refused = 0;
    for (const damage of damaged(text, CASES)) {
      const taken = await take(damage);
      if (taken === null) refused += 1;
      else if (canonicalJson(onlyKnown(taken)) !== truth) wrong.push(damage);
    }
    expect(wrong).toEqual([]);
    // Taken may be what is the very same state: who made the first key when is nobody's word.
    expect(refused).toBeGreaterThan(CASES * (seesKeys ? 0.98 : 0.9));
  });
});

describe.each([
  { name: "an isolate", reader: anIsolate },
  { name: "a relay", reader: aRelay },
])("$name that holds revision 5", ({ reader }) => {
  it("takes none of the older ones that were sealed before, or of before a rotation", async () => {
    const take = await reader(await sealed(5));
    const older = await Promise.all([1, 2, 3, 4].map(sealed));
    const [first, second] = keys;
    keys = [first!];
    older.push(...(await Promise.all([1, 2, 3, 4].map(sealed))));
    keys = [first!, second!];
    for (const copy of older) expect(await take(canonicalJson(copy))).toBeNull();
    expect(await take(canonicalJson(await sealed(6)))).not.toBeNull();
  });
});

/** The members that a snapshot has; others are no part of it, and left alone by every reader. */
function onlyKnown(taken: unknown): unknown {
  const known = Object.keys(snapshotAt(1));
  return Object.fromEntries(
    Object.entries(taken as object).filter(([name]) => known.includes(name)),
  );
}
