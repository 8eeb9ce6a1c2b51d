import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { signEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import type { ChangesSince } from "../../../src/core/authority/authority-api.ts";
import type { Snapshot } from "../../../src/core/documents/snapshot.ts";
import type { RelayAnswer, RelayApi } from "../../../src/core/propagation/messages.ts";
import { sealedText } from "../../../src/core/signing/claim.ts";
import type { Seal } from "../../../src/core/signing/seal.ts";
import { claimOf, stateAfter } from "../../../src/core/signing/sealed-state.ts";
import type { EdgeEnv } from "../../../workers/edge/edge-env.ts";
import { type Condition, SLOW_MS } from "../../unit/workers/edge/fault-table.ts";
import { valueOf } from "../../unit/core/authority/builders.ts";
import { flag } from "../../unit/workers/edge/flags.ts";
import { Tenant } from "./an-edge.ts";

export const HOUR_MS = 3_600_000;

/** A tenant whose flag "a" was off an hour ago and is on now, as authority and KV know. */
export interface Subject {
  readonly tenant: Tenant;
  readonly hourAgo: { readonly snapshot: Snapshot; readonly seal: Seal };
}

export async function aSubject(): Promise<Subject> {
  const tenant = await Tenant.with(flag("a", { clientVisible: true }));
  const because = { reason: "test" };
  await tenant.environment.do({ kind: "flag.kill", key: "a", variation: "off" }, because);
  const before = await tenant.environment.newest();
  await tenant.environment.do({ kind: "flag.unkill", key: "a" }, because);
  await publish(tenant);
  return {
    tenant,
    hourAgo: await sealed(tenant, { ...before, acceptedAtMs: Date.now() - HOUR_MS }),
  };
}

/** A snapshot as the environment's authority would have let it go. */
async function sealed({ environment }: Tenant, snapshot: Snapshot) {
  const [row] = await environment.sql("SELECT key_id, seed FROM signing_secrets");
  const keys = valueOf(await environment.authority.signingKeys());
  const claim = claimOf(stateAfter(null, { kind: "snapshot", snapshot })!);
  const signature = await signEd25519(String(row?.["seed"]), sealedText(claim));
  const signers = keys.map(({ document }) => document);
  const seal = { keyId: String(row?.["key_id"]), signature, keysRoot: claim.keysRoot, signers };
  return { snapshot, seal };
}

/** Puts the newest revision into KV now, so that nothing is left for the outbox to do later. */
export async function publish({ environment }: Tenant): Promise<void> {
  await environment.sql("UPDATE outbox SET not_before_ms = 1");
  await runInDurableObject(environment.stub, (instance) => instance.alarm());
}

type Found = KVNamespaceGetWithMetadataResult<string, unknown>;

const stub = (name: string) => env.RELAYS.getByName(name) as unknown as RelayApi;
const confirmed = (changes: ChangesSince): RelayAnswer => ({ kind: "confirmed", changes });

/** The real bindings, with these conditions between them and the edge. */
export function faulty(subject: Subject, authority: Condition, kv: Condition): EdgeEnv {
  let read: (() => void) | undefined;
  const kvWasRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  return {
    ENVIRONMENTS: env.ENVIRONMENTS,
    RELAYS: {
      getByName: (name) => ({
        changesSince: (since: number | null) =>
          answerOf<RelayAnswer>(authority, () => stub(name).changesSince(since), {
            empty: async () => confirmed({ kind: "unknown-environment" }),
            "hour-old": async () => {
              // Else it would be chance which of the two is first.
              if (kv === "works") await Promise.race([kvWasRead, scheduler.wait(100)]);
              return confirmed({ kind: "snapshot", ...subject.hourAgo });
            },
            corrupt: async () => damaged(await stub(name).changesSince(null)),
          }),
      }),
    },
    CONFIG: new Proxy(env.CONFIG, {
      get: (store, name) =>
        name === "getWithMetadata"
          ? (...parameters: [string, KVNamespaceGetOptions<"text">]) => {
              const find = () => store.getWithMetadata(...parameters);
              return answerOf<Found>(kv, find, {
                empty: async () => ({ value: null, metadata: null, cacheStatus: null }),
                "hour-old": async () =>
                  found(JSON.stringify(subject.hourAgo), subject.hourAgo.snapshot),
                corrupt: async () => {
                  const { value, metadata } = await find();
                  return found(String(value).slice(0, 300), metadata);
                },
              }).finally(() => read?.());
            }
          : Reflect.get(store, name),
    }),
  };
}

const found = (value: string, metadata: unknown): Found => ({ value, metadata, cacheStatus: null });

async function answerOf<T>(
  condition: Condition,
  truth: () => Promise<T>,
  lies: Readonly<Record<"empty" | "hour-old" | "corrupt", () => Promise<T>>>,
): Promise<T> {
  if (condition === "error") throw new Error("Network connection lost.");
  if (condition === "hang") return new Promise<never>(() => {});
  if (condition === "slow") await scheduler.wait(SLOW_MS);
  return condition === "works" || condition === "slow" ? truth() : lies[condition]();
}

/** The same answer after some of its bytes were lost. */
function damaged(answer: RelayAnswer): RelayAnswer {
  const text = JSON.stringify(answer);
  const broken = text.replace('"variations"', '"vari\\u0000tions"');
  if (broken === text) throw new Error("nothing to damage");
  return JSON.parse(broken) as RelayAnswer;
}
