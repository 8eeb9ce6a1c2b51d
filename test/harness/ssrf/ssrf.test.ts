import { createServer as createHttpServer, type Server } from "node:http";
import { type AddressInfo, createServer, type Server as TcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { bundleWorker } from "../../../scripts/self-host/bundle.ts";
import { OUTGOING, outgoingWorker } from "../../../scripts/self-host/outgoing.ts";
import { FORBIDDEN, OWN_HOSTS } from "../../unit/core/network-safety/urls.ts";
import type { Asked } from "./asking-worker.ts";

interface Asking {
  ask(asked: Asked & { readonly naive?: true }): Promise<any>;
  stop(): Promise<void>;
}

/** The real runtime, with a Worker that asks what it is told to. */
async function startAsking(mayReachPrivate: boolean): Promise<Asking> {
  const contents = await bundleWorker(join(ROOT, "test/harness/ssrf/asking-worker.ts"));
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      log: new Log(LogLevel.NONE),
      workers: [
        {
          name: "asking",
          compatibilityDate: "2026-10-20",
          modules: [{ type: "ESModule", path: "index.js", contents }],
          modulesRoot: ROOT,
          outboundService: OUTGOING,
        },
        outgoingWorker(mayReachPrivate),
      ],
    }),
  );
  const url = await runtime.ready;
  return {
    ask: async (asked) => {
      const answer = await fetch(url, { method: "POST", body: JSON.stringify(asked) });
      expect(answer.status).toBe(200);
      return answer.json();
    },
    stop: () => runtime.dispose(),
  };
}

// Nothing may ever connect to it. It listens on every address of the machine, loopback included.
const sockets = new Set<Socket>();
let connections = 0;
const canary: TcpServer = createServer((socket) => {
  connections += 1;
  sockets.add(socket);
  socket.on("error", () => {});
  // Only once it is asked: an answer that comes before its question ends the connection under whoever
  // is still writing, and then nobody can tell "reached" from "reset".
  socket.once("data", () => {
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\ncanary");
  });
});
/** Stands for a server that may be asked. */
const outside: Server = createHttpServer((request, response) => {
  if (request.url === "/redirect") {
    response.writeHead(302, { location: `http://127.0.0.1:${portOf(canary)}/` }).end("canary");
  } else if (request.url === "/endless") {
    response.writeHead(200, { "content-type": "text/plain" });
    const chunk = Buffer.alloc(65_536, "x");
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", more).on("error", () => {});
    more();
  } else if (request.url === "/silent") {
    response.writeHead(200).write("…");
  } else {
    response.writeHead(200, { "content-type": "application/json" }).end('{"fine":true}');
  }
});
const portOf = (server: TcpServer | Server) => (server.address() as AddressInfo).port;

let open: Asking;
let shut: Asking;

beforeAll(async () => {
  await new Promise<void>((resolve) => void canary.listen(0, resolve));
  await new Promise<void>((resolve) => void outside.listen(0, "127.0.0.1", resolve));
  [open, shut] = await Promise.all([startAsking(true), startAsking(false)]);
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  outside.closeAllConnections();
  await Promise.all([open.stop(), shut.stop()]);
  canary.close();
  outside.close();
});

beforeEach(() => {
  connections = 0;
});

/** The URL with the canary's port, where it names none. */
const atCanary = (url: string) =>
  url.replace(/^(https?:\/\/[^/?#\\@]*?)(?=[/?#\\]|$)/i, (whole, start: string) =>
    /:\d+$/.test(start) ? whole : `${start}:${portOf(canary)}`,
  );

const HOOK = "https://hooks.example/";

const rebound = () => ({ url: HOOK, connectsTo: `http://127.0.0.1:${portOf(canary)}` });

describe("asking where someone else says, from a runtime that reaches the machine itself", () => {
  it("would reach the canary if it were asked plainly: it can be reached", async () => {
    for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "localhost", "0.0.0.0"]) {
      await open.ask({ naive: true, url: `http://${host}:${portOf(canary)}/` });
    }
    expect(connections).toBeGreaterThanOrEqual(4);
  });

  it("connects to nothing for any of the forms that lead inside", async () => {
    const rules = { ports: [portOf(canary)], ownHosts: OWN_HOSTS };
    let tried = 0;
    for (const url of FORBIDDEN.map(atCanary)) {
      const answer = await open.ask({ url, rules });
      expect(answer, url).toMatchObject({ ok: false });
      expect(answer.error.kind, url).not.toBe("unreachable");
      tried += 1;
    }
    expect(tried).toBeGreaterThan(300);
    expect(connections).toBe(0);
  });

  it.each([
    ["127.0.0.1"],
    ["93.184.215.14", "127.0.0.1"],
    ["2606:2800:21f::1", "::1"],
    ["::ffff:127.0.0.1"],
    ["169.254.169.254"],
    ["not an address"],
    [],
  ])("connects to nothing for a public name that resolves to %s %s", async (...addresses) => {
    const connectsTo = `http://127.0.0.1:${portOf(canary)}`;
    const answer = await open.ask({ url: HOOK, addresses, connectsTo });
    expect(answer.error.kind).toBe(addresses.length === 0 ? "unresolved" : "not-public");
    expect(connections).toBe(0);
  });

  it("follows no redirect, and tells nothing of what came with it", async () => {
    const connectsTo = `http://127.0.0.1:${portOf(outside)}`;
    const answer = await open.ask({ url: `${HOOK}redirect`, connectsTo, mostBytes: 1_000 });
    expect(answer).toEqual({ ok: false, error: { kind: "redirect", status: 302 } });
    expect(connections).toBe(0);
  });

  it("hands on no more of a body than was asked for, and none when none was", async () => {
    const connectsTo = `http://127.0.0.1:${portOf(outside)}`;
    const ask = (path: string, mostBytes: number) =>
      open.ask({ url: HOOK + path, connectsTo, mostBytes });
    expect((await ask("", 100)).value).toMatchObject({ status: 200, text: '{"fine":true}' });
    expect((await ask("", 0)).value).toMatchObject({ status: 200, text: "" });
    expect((await ask("", 12)).error).toEqual({ kind: "too-large", mostBytes: 12 });
    expect((await ask("endless", 100_000)).error).toEqual({
      kind: "too-large",
      mostBytes: 100_000,
    });
  });

  it("waits no longer than was said", async () => {
    const connectsTo = `http://127.0.0.1:${portOf(outside)}`;
    const answer = await open.ask({
      url: `${HOOK}silent`,
      connectsTo,
      mostBytes: 1_000,
      withinMs: 200,
    });
    expect(answer.error).toEqual({ kind: "too-late", withinMs: 200 });
  });
});

describe("a name that is public when it is looked up, and loopback when it is connected to", () => {
  it("would be reached if the runtime let it", async () => {
    expect((await open.ask(rebound())).value.status).toBe(200);
    expect(connections).toBe(1);
  });

  it("is not reached from the runtime as it serves: it looks at the address it connects to", async () => {
    for (const host of ["127.0.0.1", "[::1]", "localhost", "0.0.0.0", "[::ffff:7f00:1]"]) {
      const connectsTo = `http://${host}:${portOf(canary)}`;
      expect(await shut.ask({ url: HOOK, connectsTo })).toEqual({
        ok: false,
        error: { kind: "unreachable" },
      });
      await shut.ask({ naive: true, url: connectsTo });
    }
    expect(connections).toBe(0);
  });
});
