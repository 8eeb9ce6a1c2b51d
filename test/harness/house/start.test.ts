import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curlsIn, freePort, npmStart, paste, takePort } from "./running.ts";
import { processesNaming } from "../../../scripts/smoke/processes.ts";
import type { Running } from "./running.ts";

const READY = "Ctrl-C";
/** Whole starts take seconds, and several times that on a busy machine. */
const PATIENCE_MS = 120_000;

let state: string;
let port: number;
let running: Running;

const devJson = () => JSON.parse(readFileSync(join(state, "dev.json"), "utf8"));
/** All that belongs to a start names its state folder, down to the runtime. */
const processes = () => processesNaming(state);

async function allFlags(url: string, key: string): Promise<readonly { errorCode?: string }[]> {
  const response = await fetch(`${url}/ofrep/v1/evaluate/flags`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ context: { targetingKey: "user-1", session_id: "s-1" } }),
  });
  const { flags } = (await response.json()) as { flags: readonly { errorCode?: string }[] };
  return flags;
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "switchyard-start-"));
  port = await freePort();
  running = npmStart("--port", String(port), "--state", state);
  await running.printed(READY);
}, PATIENCE_MS);

afterAll(async () => {
  running.kill("SIGTERM");
  await running.ended;
  rmSync(state, { recursive: true, force: true });
});

describe("npm start", () => {
  it("prints the URL, a server key, a client key and the admin token", () => {
    const { url, adminToken, environments } = devJson();
    expect(url).toBe(`http://localhost:${port}`);
    for (const shown of [url, adminToken, environments.prod.serverKey, environments.prod.clientKey])
      expect(running.output()).toContain(shown);
  });

  it("prints nothing that looks like trouble", () => {
    expect(running.output()).not.toMatch(/warn|error|experimental|deprecat|^\s+at /im);
  });

  it("writes project, environments and keys for scripts, readable by their owner alone", () => {
    const file = devJson();
    expect(Object.keys(file)).toEqual(["url", "adminToken", "project", "environments"]);
    expect(file.project).toBe("demo");
    expect(Object.keys(file.environments)).toEqual(["dev", "staging", "prod"]);
    for (const { id, serverKey, clientKey } of Object.values<any>(file.environments)) {
      expect(id).toMatch(/^[a-z0-9]{8,32}$/);
      expect(serverKey).toMatch(new RegExp(`^sy_server_${id}_`));
      expect(clientKey).toMatch(new RegExp(`^sy_client_${id}_`));
    }
    for (const name of ["dev.json", "worker.env"])
      expect(statSync(join(state, name)).mode & 0o777).toBe(0o600);
  });

  it("prints a curl that shows targeting, and one that stops it", async () => {
    const [evaluate, kill] = curlsIn(running.output());
    expect(JSON.parse(paste(evaluate!))).toMatchObject({
      key: "payment-processing-v2",
      variant: "enhanced",
      reason: "SPLIT",
      value: { version: "v2", timeout: 20 },
    });
    expect(JSON.parse(paste(kill!))).toMatchObject({ flag: { killed: { variation: "legacy" } } });
    await expect.poll(() => JSON.parse(paste(evaluate!)).variant).toBe("legacy");
  });

  it("loads all sample flags into every environment", async () => {
    const { url, environments } = devJson();
    for (const { serverKey } of Object.values<any>(environments)) {
      const flags = await allFlags(url, serverKey);
      expect(flags).toHaveLength(29);
      expect(flags.filter(({ errorCode }) => errorCode !== undefined)).toEqual([]);
    }
  });

  it("serves the API's documentation", async () => {
    const { url } = devJson();
    expect((await fetch(`${url}/api/docs`)).status).toBe(200);
    expect((await fetch(`${url}/api/openapi.json`)).status).toBe(200);
  });

  it("refuses a second start on the same state", async () => {
    const second = npmStart("--port", String(await freePort()), "--state", state);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Switchyard already runs on ${state}`);
  });

  it(
    "ends every process on Ctrl-C, and keeps keys and changes for the next start",
    async () => {
      const before = devJson();
      expect(processes().length).toBeGreaterThan(3);
      running.kill("SIGINT");
      expect(await running.ended).toBe(0);
      expect(processes()).toEqual([]);

      running = npmStart("--port", String(port), "--state", state);
      await running.printed(READY);
      expect(devJson()).toEqual(before);
      expect(running.output()).not.toContain("Creating");
      const [evaluate] = curlsIn(running.output());
      expect(JSON.parse(paste(evaluate!))).toMatchObject({ variant: "legacy" });
    },
    PATIENCE_MS,
  );

  it(
    "finishes a first start that was interrupted, beside another that goes on",
    async () => {
      const other = mkdtempSync(join(tmpdir(), "switchyard-interrupted-"));
      const args = ["--port", String(await freePort()), "--state", other];
      const first = npmStart(...args);
      await first.printed("Creating the demo project");
      process.kill(Number(readFileSync(join(other, "serve.pid"), "utf8")), "SIGKILL");
      await first.ended;
      await expect.poll(() => processesNaming(other)).toEqual([]);

      const second = npmStart(...args);
      await second.printed(READY);
      const { url, environments } = JSON.parse(readFileSync(join(other, "dev.json"), "utf8"));
      expect(await allFlags(url, environments.prod.serverKey)).toHaveLength(29);
      second.kill("SIGTERM");
      expect(await second.ended).toBe(0);
      rmSync(other, { recursive: true, force: true });
    },
    PATIENCE_MS,
  );

  it("ends every process even when it is killed outright", async () => {
    const pid = Number(readFileSync(join(state, "serve.pid"), "utf8"));
    process.kill(pid, "SIGKILL");
    await running.ended;
    await expect.poll(processes).toEqual([]);
  });
});

describe("npm start, refused", () => {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "switchyard-refused-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it("says which port is taken and how to choose another", async () => {
    const taken = await takePort();
    const start = npmStart("--port", String(taken.port), "--state", scratch);
    expect(await start.ended).toBe(1);
    await taken.release();
    expect(start.output()).toContain(`Port ${taken.port} is taken`);
    expect(start.output()).toMatch(/npm start -- --port \d+/);
    expect(start.output()).not.toMatch(/^\s+at /m);
  });

  it.each([
    { args: ["--prot", "9000"], says: "Unknown option --prot. Did you mean --port?" },
    { args: ["--port"], says: "--port needs a value." },
    { args: ["--port", "99999"], says: "--port 99999 is not a port." },
    { args: ["--reset"], says: "Add --yes if you mean it." },
  ])("$args: $says", async ({ args, says }) => {
    const start = npmStart(...args);
    expect(await start.ended).toBe(1);
    expect(start.output()).toContain(says);
  });

  it("explains itself with --help", async () => {
    const start = npmStart("--help");
    expect(await start.ended).toBe(0);
    expect(start.output()).toContain("--state DIR");
  });
});
