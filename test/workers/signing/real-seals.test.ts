import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { verifyEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import type { ChangesSince } from "../../../src/core/authority/authority-api.ts";
import type { Delivery, RelayApi } from "../../../src/core/propagation/messages.ts";
import { checkSeal, type TrustedKeys } from "../../../src/core/signing/check-seal.ts";
import { claimOf, type SealedState, stateAfter } from "../../../src/core/signing/sealed-state.ts";
import { flag, valueOf } from "../../unit/core/authority/builders.ts";
import { aRemoteEnvironment, type RemoteEnvironment } from "../authority/an-environment.ts";
import { enlistedRelays, type RemoteRelay, unreachable } from "../propagation/relays.ts";

const because = { reason: "test" };
const create = (key: string) => ({ kind: "flag.create", document: flag(key) }) as const;
const rotate = { kind: "signing-key.rotate" } as const;

/** Follows an environment as any reader would, and says whether each step can be believed. */
class Reader {
  state: SealedState | null = null;
  trusted: TrustedKeys = [];

  async takes(changes: ChangesSince): Promise<boolean> {
    if (changes.kind !== "delta" && changes.kind !== "snapshot") throw new Error(changes.kind);
    const next = stateAfter(this.state, changes);
    if (next === null) return false;
    const verdict = await checkSeal(this.trusted, changes.seal, claimOf(next), verifyEd25519);
    if (!verdict.ok) return false;
    this.state = next;
    this.trusted = verdict.value;
    return true;
  }
}

const damaged = (changes: ChangesSince): ChangesSince =>
  changes.kind === "delta" ? { ...changes, delta: { ...changes.delta, changes: [] } } : changes;

async function deliver(remote: RemoteEnvironment, relay: RemoteRelay, advance: ChangesSince) {
  const delivery = { environmentId: remote.id, advance, forward: [] } as unknown as Delivery;
  return await (relay.stub as unknown as RelayApi).deliver(delivery);
}

it("every step and every whole state of an authority is sealed, over a rotation as well", async () => {
  const remote = await aRemoteEnvironment();
  const reader = new Reader();
  expect(await reader.takes(await remote.authority.changesSince(null))).toBe(true);
  const [first] = reader.trusted;
  await remote.do(create("a"));
  await remote.do(create("b"));
  const second = await remote.authority.changesSince(1);
  expect(await reader.takes(second)).toBe(true);
  await remote.do(rotate, because);
  await remote.do({ kind: "flag.archive", key: "a", expectedVersion: 1 });
  expect(await reader.takes(await remote.authority.changesSince(3))).toBe(true);
  expect(reader.trusted).not.toContain(first);
  const fresh = new Reader();
  expect(await fresh.takes(await remote.authority.changesSince(null))).toBe(true);
  expect(fresh.trusted).toEqual(reader.trusted);
  // What was sealed before the rotation is believed no longer.
  fresh.state = null;
  expect(await fresh.takes(second)).toBe(false);
  expect((await remote.verify()).verified).toBe(true);
});

it("a seal is the same to the byte after the authority was restarted", async () => {
  const remote = await aRemoteEnvironment();
  await remote.do(create("a"));
  const before = await remote.authority.changesSince(null);
  await abortAllDurableObjects();
  expect(await remote.authority.changesSince(null)).toEqual(before);
});

it("an environment from before there were seals gets a key when it is first asked", async () => {
  const remote = await aRemoteEnvironment();
  await remote.do(create("a"));
  // As it would have been made then: its first revision makes no key.
  await remote.sql("DELETE FROM signing_secrets");
  for (const table of ["documents", "document_versions", "log_changes"]) {
    await remote.sql(`DELETE FROM ${table} WHERE kind = 'signing-key'`);
  }
  await abortAllDurableObjects();
  expect(valueOf(await remote.authority.signingKeys())).toEqual([]);
  const reader = new Reader();
  const [one, other] = await Promise.all([
    remote.authority.changesSince(null),
    remote.authority.changesSince(1),
  ]);
  expect(await reader.takes(one)).toBe(true);
  expect(other).toMatchObject({ seal: { signers: [{ endorsement: null }] } });
  expect(valueOf(await remote.authority.signingKeys())).toMatchObject([{ revision: 3 }]);
  expect(await reader.takes(await remote.authority.changesSince(2))).toBe(true);
  const log = valueOf(await remote.authority.log({ limit: 1, cursor: null, document: null }));
  expect(log.items).toMatchObject([{ action: "signing-key.rotate", actor: { kind: "system" } }]);
});

it("a relay refuses what is forged, asks the authority, and ends with the truth", async () => {
  const remote = await aRemoteEnvironment();
  const stranger = await aRemoteEnvironment();
  const [relay] = await enlistedRelays(remote, "weur");
  const before = await relay!.changesSince(null);
  await relay!.rewire({ ENVIRONMENTS: unreachable("error") });
  for (let more = 0; more < 5; more += 1) await stranger.do(create(`f${more}`));
  const foreign = await stranger.authority.changesSince(null);
  if (foreign.kind !== "snapshot") throw new Error(foreign.kind);
  const snapshot = { ...foreign.snapshot, environmentId: remote.id } as typeof foreign.snapshot;
  const [report] = await deliver(remote, relay!, { ...foreign, snapshot });
  expect(report).toMatchObject({ revision: 1 });
  expect(await relay!.revision()).toBe(1);
  expect(await relay!.changesSince(null)).toMatchObject({ changes: before["changes" as never] });

  await relay!.rewire({});
  await remote.do(create("a"));
  await relay!.arrived(2);
  expect(await relay!.changesSince(null)).toMatchObject({
    changes: await remote.authority.changesSince(null),
  });
});

it("a relay whose step cannot be believed takes everything from the authority instead", async () => {
  const remote = await aRemoteEnvironment();
  await remote.do(create("a"));
  const [relay] = await enlistedRelays(remote, "weur");
  let asked = 0;
  const authority = () => ({
    enlist: async (report: never) =>
      damaged(
        await (remote.stub as unknown as { enlist: typeof remote.authority.changesSince }).enlist(
          report,
        ),
      ),
    released: () => {
      asked += 1;
      return remote.authority.changesSince(null);
    },
  });
  await relay!.rewire({ ENVIRONMENTS: { getByName: authority } });
  await runInDurableObject(remote.stub, (instance) => {
    Object.assign(instance, { env: { ...env, RELAYS: unreachable("error") } });
  });
  await remote.do(create("b"));
  // A reader that is ahead makes it ask.
  expect(await relay!.changesSince(3)).toMatchObject({ kind: "confirmed" });
  expect(asked).toBe(1);
  expect(await relay!.changesSince(null)).toMatchObject({
    changes: await remote.authority.changesSince(null),
  });
});

it("a relay whose storage was changed serves nothing of it after a restart", async () => {
  const remote = await aRemoteEnvironment();
  await remote.do(create("a"));
  const [relay] = await enlistedRelays(remote, "weur");
  const truth = await relay!.changesSince(null);
  await runInDurableObject(relay!.stub, (_, { storage }) => {
    const edit = "UPDATE held_documents SET state = replace(state, 'true', 'false')";
    expect(storage.sql.exec(edit).rowsWritten).toBeGreaterThan(0);
  });
  await abortAllDurableObjects();
  expect(await relay!.changesSince(null)).toEqual(truth);
});
