import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ClientEvent } from "../../../src/sdk/core/client-event.ts";
import type { StreamingClient } from "../../../src/sdk/core/streaming-client.ts";
import { type AllInOne, bundleAllInOne, startAllInOne } from "../crash/all-in-one.ts";
import { managementOf } from "../crash/management.ts";
import { type CuttableProxy, startCuttableProxy } from "./cuttable-proxy.ts";
import { counted, impatientClient, StreamedEnvironment } from "./streamed-environment.ts";

// STREAM_RECONNECTS=20000 forces more of them.
const CLIENTS = 50;
const RECONNECTS = Number(process.env["STREAM_RECONNECTS"] ?? 1_000);

const until = (what: () => unknown, wanted: unknown) =>
  expect.poll(what, { interval: 5 }).toEqual(wanted);

describe("a streaming client and the real thing", () => {
  let folder: string;
  let bundle: string;
  let runtime: AllInOne;
  let proxy: CuttableProxy;
  let environment: StreamedEnvironment;
  let sdkKey: string;
  const clients: StreamingClient[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "switchyard-streams-"));
    bundle = await bundleAllInOne(folder);
    runtime = await startAllInOne(bundle, join(folder, "state"), true);
    proxy = await startCuttableProxy();
    proxy.target = runtime.url;
    environment = new StreamedEnvironment(managementOf(runtime.url));
    ({ sdkKey } = await environment.create());
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(async () => {
    await proxy.close();
    await runtime.crash();
    rmSync(folder, { recursive: true, force: true });
  });

  const connect = (options: Partial<Parameters<typeof impatientClient>[0]> = {}) => {
    const client = impatientClient({ baseUrl: proxy.url, sdkKey, ...options });
    clients.push(client);
    return client;
  };

  it("gets everything, then every change and every kill, without asking", async () => {
    const events: ClientEvent[] = [];
    let requests = 0;
    const client = connect({
      onEvent: (event) => events.push(event),
      fetch: (url, init) => {
        requests += 1;
        return fetch(url, init);
      },
    });
    expect(await client.waitUntilReady(10_000)).toBe("READY");
    const { revision, value } = await environment.count();
    await until(() => client.revision, revision);
    expect(counted(client)).toBe(value);
    const killed = await environment.kill();
    await until(() => client.revision, killed);
    expect(counted(client)).toBe(-1);
    const unkilled = await environment.unkill();
    await until(() => client.revision, unkilled);
    expect(counted(client)).toBe(value);
    expect(events.slice(2)).toEqual(
      [revision, killed, unkilled].map((each) => ({
        type: "changed",
        revision: each,
        flags: ["counted"],
      })),
    );
    expect(requests).toBe(0);
  });

  it("gets the same over HTTP where there are no sockets", async () => {
    const client = connect({ webSocket: null });
    expect(await client.waitUntilReady(10_000)).toBe("READY");
    const { revision, value } = await environment.count();
    await until(() => client.revision, revision);
    expect([counted(client), client.status]).toEqual([value, "READY"]);
  });

  it("catches up with what it missed while the server was down", async () => {
    const client = connect();
    await client.waitUntilReady(10_000);
    proxy.target = null;
    await runtime.crash();
    await until(() => client.status, "STALE");
    expect(counted(client), "it goes on evaluating").not.toBe("not-ready");
    runtime = await startAllInOne(bundle, join(folder, "state"), false);
    environment.movedTo(managementOf(runtime.url));
    const { revision, value } = await environment.count();
    proxy.target = runtime.url;
    await until(() => [client.status, client.revision], ["READY", revision]);
    expect(counted(client)).toBe(value);
  });

  it("starts with what it held last when the server is down, and says so", async () => {
    let kept: string | null = null;
    const storage = {
      get: async () => kept,
      put: async (text: string) => {
        kept = text;
      },
    };
    const first = connect({ storage });
    await first.waitUntilReady(10_000);
    const revision = first.revision;
    first.close();
    proxy.target = null;
    const second = connect({ storage });
    expect(await second.waitUntilReady(10_000)).toBe("STALE");
    expect([second.revision, counted(second)]).toEqual([revision, counted(first)]);
    proxy.target = runtime.url;
    await until(() => second.status, "READY");
  });

  it("stops for good when its key is revoked, and others do not notice", async () => {
    const own = await environment.issueKey();
    const revoked = connect({ sdkKey: own.sdkKey });
    const other = connect();
    expect(await revoked.waitUntilReady(10_000)).toBe("READY");
    expect(await other.waitUntilReady(10_000)).toBe("READY");
    await environment.revokeKey(own.keyId);
    await until(() => revoked.status, "FATAL");
    const { revision } = await environment.count();
    await until(() => other.revision, revision);
    expect(other.status).toBe("READY");
    expect(revoked.revision).toBeLessThan(revision);
    const late = connect({ sdkKey: own.sdkKey });
    expect(await late.waitUntilReady(10_000)).toBe("FATAL");
  });

  it(
    `loses no revision in ${RECONNECTS} forced reconnects while changes go on`,
    { timeout: 60_000 + RECONNECTS * 60 },
    async () => {
      const held = Array.from({ length: CLIENTS }, () => new Array<number>());
      const sockets: WebSocket[][] = held.map(() => []);
      const all = held.map((revisions, at) =>
        connect({
          onEvent: (event) => {
            if (event.type === "changed") revisions.push(event.revision);
          },
          webSocket: class extends WebSocket {
            constructor(url: string, protocols: string[]) {
              super(url, protocols);
              sockets[at]!.push(this);
            }
          },
        }),
      );
      const ready = await Promise.all(all.map((client) => client.waitUntilReady(20_000)));
      expect(new Set(ready)).toEqual(new Set(["READY"]));

      const made: { readonly revision: number; readonly value: number }[] = [];
      const enough = new AbortController();
      const changing = (async () => {
        while (!enough.signal.aborted) made.push(await environment.count());
      })();
      const rounds = Math.ceil(RECONNECTS / CLIENTS);
      for (let round = 0; round < rounds; round += 1) {
        const before = sockets.map((each) => each.length);
        // By turns the wire is cut, and the client's end hangs up.
        if (round % 2 === 0) proxy.cut();
        else for (const each of sockets) each.at(-1)!.close();
        const isBack = () =>
          all.every((client, at) => client.status === "READY" && sockets[at]!.length > before[at]!);
        await until(isBack, true);
      }
      enough.abort();
      await changing;
      const last = await environment.count();
      for (const [at, client] of all.entries()) {
        await until(() => client.revision, last.revision);
        expect(counted(client)).toBe(last.value);
        expect(held[at], "never back, and nothing twice").toEqual(
          [...new Set(held[at])].toSorted((a, b) => a - b),
        );
      }
      const reconnects = sockets.flat().length - CLIENTS;
      expect(reconnects).toBeGreaterThanOrEqual(RECONNECTS);
      process.stdout.write(
        `streams: ${reconnects} reconnects of ${CLIENTS} clients during ${made.length} changes\n`,
      );
    },
  );
});
