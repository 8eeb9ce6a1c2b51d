import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processesNaming } from "../../../scripts/smoke/processes.ts";
import { createManagementApi, type ManagementApi } from "../../../scripts/start/management-api.ts";
import { curlsIn, freePort, paste, takePort } from "../house/running.ts";
import { PATIENCE_MS, type Running, selfHost } from "./self-host-process.ts";

describe("npm run self-host", () => {
  let state: string;
  let port: number;
  let running: Running;
  let token: string;
  let serverKey: string;

  const url = () => `http://127.0.0.1:${port}`;
  const api = (): ManagementApi => createManagementApi(url(), token);
  const pidFile = () => Number(readFileSync(join(state, "serve.pid"), "utf8"));

  async function start(): Promise<void> {
    running = selfHost("--port", String(port), "--state", state);
    await running.printed;
  }

  async function evaluate(): Promise<unknown> {
    const response = await fetch(`${url()}/ofrep/v1/evaluate/flags/checkout`, {
      method: "POST",
      headers: { authorization: `Bearer ${serverKey}`, "content-type": "application/json" },
      body: JSON.stringify({ context: { targetingKey: "ada" } }),
    });
    return response.json();
  }

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), "switchyard-self-host-"));
    port = await freePort();
    await start();
    token = /sy_admin_\S+/.exec(running.output())?.[0] ?? "";
  }, PATIENCE_MS);

  afterAll(async () => {
    running.kill("SIGTERM");
    await running.ended;
    rmSync(state, { recursive: true, force: true });
  }, PATIENCE_MS);

  it("makes an admin token on the first start, for its owner's eyes", () => {
    const file = join(state, "worker.env");
    expect(readFileSync(file, "utf8")).toContain(`ADMIN_TOKEN=${token}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("creates no project, and the commands it prints create the first", async () => {
    expect((await api().get("/api/v1/projects")).body["items"]).toEqual([]);
    const answers = curlsIn(running.output()).map((command) => JSON.parse(paste(command)));
    expect(answers).toMatchObject([
      { key: "shop" },
      { key: "prod" },
      { secret: expect.any(String) },
    ]);
    serverKey = answers[2].secret;
  });

  it("evaluates a flag that was created through the API", async () => {
    const variations = [
      { key: "on", value: true },
      { key: "off", value: false },
    ];
    const created = await api().post("/api/v1/projects/shop/flags", {
      key: "checkout",
      type: "boolean",
      createIn: ["prod"],
      base: { enabled: true, default: { variation: "on" }, offVariation: "off", variations },
    });
    expect(created).toMatchObject({ status: 201 });
    await expect.poll(evaluate).toMatchObject({ value: true, variant: "on" });
  });

  it("refuses a second start on the same state", async () => {
    const second = selfHost("--port", String(await freePort()), "--state", state);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Switchyard already runs on ${state}`);
  });

  it(
    "ends with nothing left on SIGTERM, and the next start has the same flags, keys and token",
    async () => {
      running.kill("SIGTERM");
      expect(await running.ended).toBe(0);
      expect(processesNaming(state)).toEqual([]);

      await start();
      expect(await evaluate()).toMatchObject({ value: true, variant: "on" });
      expect((await api().get("/api/v1/projects/shop")).status).toBe(200);
      expect(running.output()).not.toContain(token);
      expect(running.output()).toContain("worker.env");
    },
    PATIENCE_MS,
  );

  it(
    "leaves nobody with the port and the databases when it is killed outright",
    async () => {
      process.kill(pidFile(), "SIGKILL");
      await running.ended;
      await expect.poll(() => processesNaming(state)).toEqual([]);
      await start();
      expect(await evaluate()).toMatchObject({ value: true });
    },
    PATIENCE_MS,
  );
});

describe("npm run self-host, refused", () => {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "switchyard-self-host-refused-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it("says which port is taken and how to choose another", async () => {
    const taken = await takePort();
    const start = selfHost("--port", String(taken.port), "--state", scratch);
    expect(await start.ended).toBe(1);
    await taken.release();
    expect(start.output()).toContain(`Port ${taken.port} is taken`);
    expect(start.output()).toMatch(/npm run self-host -- --port \d+/);
    expect(start.output()).not.toMatch(/^\s+at /m);
  });

  it.each([
    { args: ["--prot", "9000"], says: "Unknown option '--prot'" },
    { args: ["--port", "99999"], says: "--port 99999 is not a port." },
    { args: ["--state", ""], says: "--state needs a value." },
  ])("$args: $says", async ({ args, says }) => {
    const start = selfHost(...args);
    expect(await start.ended).toBe(1);
    expect(start.output()).toContain(says);
  });
});
