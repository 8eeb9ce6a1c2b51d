import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { environmentId } from "../../../src/core/brand.ts";
import type { RelayAnswer, RelayApi } from "../../../src/core/propagation/messages.ts";
import { type Region, relayObjectName } from "../../../src/core/propagation/relay-address.ts";
import type { RemoteEnvironment } from "../authority/an-environment.ts";

/** One relay of an environment, reached as the edge and the authority reach it. */
export class RemoteRelay {
  readonly name: string;

  constructor(id: string, region: Region, shard = 0) {
    this.name = relayObjectName(environmentId(id), { region, shard });
  }

  /** A new one each time: a stub that was cut off stays broken. */
  get stub() {
    return env.RELAYS.getByName(this.name);
  }

  changesSince(since: number | null): Promise<RelayAnswer> {
    return (this.stub as unknown as RelayApi).changesSince(since);
  }

  /** What it holds now, without asking it anything. */
  async revision(): Promise<number | null> {
    return await runInDurableObject(this.stub, (_, { storage }) => {
      const [table] = [...storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'held'")];
      if (table === undefined) return null;
      return Number([...storage.sql.exec("SELECT revision FROM held")][0]?.["revision"]);
    });
  }

  /** Resolves when it holds a revision. */
  async arrived(revision: number): Promise<void> {
    while ((await this.revision()) !== revision) await scheduler.wait(1);
  }

  /** Puts other bindings before the object; `undefined`: the real ones. */
  async rewire(bindings: Record<string, unknown> = {}): Promise<void> {
    await runInDurableObject(this.stub, (instance) => {
      Object.assign(instance, { env: { ...env, ...bindings } });
    });
  }
}

/** Relays that have been asked once, and so are enlisted. */
export async function enlistedRelays(
  remote: RemoteEnvironment,
  ...regions: readonly Region[]
): Promise<readonly RemoteRelay[]> {
  const relays = regions.map((region) => new RemoteRelay(remote.id, region));
  for (const relay of relays) await relay.changesSince(null);
  return relays;
}

/** A namespace in which nobody answers, in one way or the other. */
export function unreachable(how: "error" | "hang") {
  const answer = () =>
    how === "hang"
      ? new Promise<never>(() => {})
      : Promise.reject(new Error("Network connection lost."));
  return { getByName: () => ({ deliver: answer, enlist: answer }) };
}
