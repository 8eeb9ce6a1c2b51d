import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { RelayApi } from "../../../src/core/propagation/messages.ts";
import { createEdge } from "../../../workers/edge/app.ts";
import type { EdgeEnv } from "../../../workers/edge/edge-env.ts";
import { flag } from "../../unit/workers/edge/flags.ts";
import { FLAGS, Tenant } from "../edge/an-edge.ts";
import { bearer, Reader, STREAM } from "./sockets.ts";

const stub = (name: string) => env.RELAYS.getByName(name) as unknown as RelayApi & Fetcher;

/** Bindings whose boot copy is the given one, and whose relays answer no question while cut off. */
function bindings(copy: { readonly value: string; readonly metadata: unknown }) {
  const world = { isCutOff: false };
  const RELAYS = {
    getByName: (name: string) => ({
      fetch: (...of: Parameters<Fetcher["fetch"]>) => stub(name).fetch(...of),
      changesSince: (since: number | null) =>
        world.isCutOff ? Promise.reject(new Error("cut off")) : stub(name).changesSince(since),
    }),
  };
  const CONFIG = { getWithMetadata: () => Promise.resolve({ ...copy, cacheStatus: null }) };
  return { world, bound: { ...env, RELAYS, CONFIG } as unknown as EdgeEnv };
}

it("a client's stream outlasts that its isolate begins anew with what was before its key", async () => {
  const tenant = await Tenant.with(flag("a", { clientVisible: true }));
  const before = await tenant.environment.authority.changesSince(null);
  if (before.kind !== "snapshot") throw new Error(before.kind);
  const { snapshot, seal } = before;
  const value = JSON.stringify({ snapshot, seal });
  const { world, bound } = bindings({ value, metadata: { revision: snapshot.revision } });
  const { text: key } = await tenant.issue("client");

  const edge = createEdge({ limits: { environments: 1, flags: 1_000, pending: 10 } });
  const send = (path: string, init: RequestInit) =>
    edge.fetch(new Request(`https://edge.example${path}`, init), bound, createExecutionContext());
  const headers = { upgrade: "websocket", ...bearer(key) };
  const { webSocket } = await send(STREAM, { headers });
  const reader = new Reader(webSocket!);
  const say = () => reader.socket.send('{"type":"context","context":{}}');
  say();
  await reader.frame(0);

  // Another environment pushes this one out of the isolate.
  const other = await Tenant.with(flag("b"));
  await send(FLAGS, { method: "POST", headers: bearer(other.server) });
  world.isCutOff = true;
  say();
  expect(await reader.frame(1)).toMatchObject({ type: "error", errorCode: "GENERAL" });
  world.isCutOff = false;
  await reader.until(() => reader.frames.at(-1).type === "values");
  expect(reader.closed).toBeUndefined();
});
