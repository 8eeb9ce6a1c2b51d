import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import type { TestHarness } from "wrangler";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import {
  openStream,
  type OpenStream,
  streamAddress,
} from "../../conformance/ofrep/event-stream.ts";
import type { Target } from "../../conformance/ofrep/target.ts";
import { startSeededServer } from "../conformance/seeded-server.ts";
import { ADMIN_TOKEN } from "../test-secrets.ts";
import { Browser, chromiumFor } from "../docs-page/browser.ts";
import { type ApplicationOptions, type Seen, startApplication } from "./web-application.ts";
import { PATIENCE_MS } from "../../patience.ts";

const HERE = "test/harness/openfeature";

let harness: TestHarness;
let target: Target;
beforeAll(async () => {
  const server = await startSeededServer("event-streams");
  ({ harness, target } = server);
});
afterAll(() => harness.close());

const optionsFor = ({ url, clientKey = "", prefix }: Target): ApplicationOptions => ({
  url,
  key: clientKey,
  flag: `${prefix}changing`,
});

/** The application for another program than this one. */
const importedAs = (name: string, path: string): string =>
  `import { ${startApplication.name} as ${name} } from ${JSON.stringify(path)};`;

/** Changes the flag over the management API, each time when the application has seen the last change. */
async function followsChanges(seen: () => Promise<readonly Seen[]>): Promise<void> {
  const values: string[] = [];
  const sees = (isIt: (value: string) => boolean) =>
    vi.waitUntil(
      async () => {
        const newest = (await seen()).at(-1)?.value;
        if (newest === undefined || !isIt(newest)) return false;
        values.push(newest);
        return true;
      },
      { timeout: PATIENCE_MS, interval: 20 },
    );
  await sees(() => true);
  for (let times = 0; times < 3; times += 1) {
    const [variant, value] = values.at(-1) === "one" ? ["second", "two"] : ["first", "one"];
    await target.changes?.serve("changing", variant);
    await sees((newest) => newest === value);
  }
  const [ready, ...told] = await seen();
  expect(ready).toMatchObject({ event: "ready", value: values[0] });
  // Two requests at a time may bring the same news, which changes nothing the second time.
  const news = told.filter(({ flagsChanged }) => flagsChanged.length > 0);
  expect(news).toEqual(
    values.slice(1).map((value) => {
      return { event: "changed", value, flagsChanged: [`${target.prefix}changing`] };
    }),
  );
}

/** Makes changes until none is on its way; how many streams the relay told of the last one. */
async function streamsTold({ events }: OpenStream): Promise<number> {
  const { prefix, url, changes } = target;
  while ((await events.nextEvent(300)) !== "silence");
  for (const variant of ["first", "second"]) await changes?.serve("changing", variant);
  let revision = "";
  for (;;) {
    const event = await events.nextRefetch(revision === "" ? 5_000 : 300);
    if (typeof event === "string") break;
    revision = event.id ?? "";
  }
  const environment = `/api/v1/projects/event-streams/environments/${prefix.replace(/-$/, "")}`;
  const answer = await fetch(`${url}${environment}/revisions/${revision}/propagation`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const { relays }: any = await answer.json();
  return relays[0].sockets;
}

describe("an event stream", () => {
  it("costs its relay a socket for as long as the client is there", async () => {
    const address = await streamAddress(target);
    const [one, ...others] = [
      await openStream(address),
      await openStream(address),
      await openStream(address),
    ];
    expect(await streamsTold(one)).toBe(3);
    for (const other of others) other.close();
    // That a client has left shows at the latest when it is told of something.
    await vi.waitUntil(async () => (await streamsTold(one)) === 1, { timeout: PATIENCE_MS });
    one.close();
  });
});

describe("the official web provider", () => {
  it("in Node, hears of each change over its event stream, and serves the new value", async () => {
    const application = `${importedAs("start", `./${HERE}/web-application.ts`)}
      await start(JSON.parse(process.argv[1]), (seen) => console.log(JSON.stringify(seen)));`;
    const child = spawn(
      process.execPath,
      [
        "--experimental-eventsource",
        "--input-type=module",
        "--eval",
        application,
        JSON.stringify(optionsFor(target)),
      ],
      { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] },
    );
    const lines: string[] = [];
    const problems: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    child.stderr.on("data", (data) => problems.push(String(data)));
    const ended = once(child, "close");
    try {
      await followsChanges(() => {
        if (child.exitCode !== null) throw new Error(problems.join(""));
        return Promise.resolve(lines.map((line): Seen => JSON.parse(line)));
      });
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
  });
});

const program = chromiumFor("event streams in a browser");

describe.skipIf(program === undefined)("the official web provider", () => {
  it("in Chromium, on another origin, does the same", async () => {
    const page = await startPage();
    const browser = await Browser.start(program!);
    try {
      await browser.open(page.url);
      await browser.evaluate(`start(${JSON.stringify(optionsFor(target))})`);
      await followsChanges(() => browser.evaluate("seen"));
      expect(browser.complaints).toEqual([]);
    } finally {
      await browser.close();
      await page.close();
    }
  });
});

/** A page that has `start` to begin, and `seen` to look at. */
async function startPage() {
  const { outputFiles } = await build({
    stdin: {
      contents: `${importedAs("run", "./web-application.ts")}
        window.seen = [];
        window.start = (options) => run(options, (one) => window.seen.push(one));`,
      resolveDir: join(ROOT, HERE),
    },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    logLevel: "silent",
  });
  const html = `<!doctype html><link rel="icon" href="data:,"><script>${outputFiles[0]?.text}</script>`;
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    answer.end(html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
