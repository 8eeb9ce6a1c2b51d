import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { bundleAllInOne, startAllInOne, type AllInOne } from "../crash/all-in-one.ts";
import { managementOf } from "../crash/management.ts";

const AT = "/api/v1/projects/shop/environments/prod";

const folder = mkdtempSync(join(tmpdir(), "switchyard-break-glass-"));
const state = join(folder, "state");
const keyFile = join(folder, "key.txt");
let bundle = "";
let runtime: AllInOne;
let environmentId = "";
let sdkKey = "";

/** What somebody types, and what they see. */
async function breakGlass(...args: readonly string[]) {
  const script = join(ROOT, "scripts", "break-glass.ts");
  const child = spawn(process.execPath, [script, "--key", keyFile, "--by", "Grace", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { SWITCHYARD_URL: runtime.url },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, said };
}

const post = async (path: string, body: object) => {
  const answer = await managementOf(runtime.url)("POST", path, body);
  expect(answer?.status, JSON.stringify(answer?.body)).toBeLessThan(300);
  return answer?.body;
};

async function evaluated(flag: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${sdkKey}` };
  const path = `/ofrep/v1/evaluate/flags/${flag}`;
  const body = { context: { targetingKey: "ada" } };
  return (await managementOf(runtime.url)("POST", path, body, headers))?.body;
}

beforeAll(async () => {
  bundle = await bundleAllInOne(folder);
  runtime = await startAllInOne(bundle, state, true);
  await post("/api/v1/projects", { key: "shop" });
  environmentId = (await post("/api/v1/projects/shop/environments", { key: "prod" })).id;
  for (const key of ["checkout", "nav"]) {
    const base = { enabled: true, default: { variation: "on" } };
    await post("/api/v1/projects/shop/flags", { key, base });
  }
  sdkKey = (await post(`${AT}/keys`, { kind: "server", name: "harness" })).secret;
  const { secret } = await post(`${AT}/break-glass-keys`, { name: "safe" });
  writeFileSync(keyFile, `${secret}\n`);
});

afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

it("the command kills a flag over the wire, and tells what it did", async () => {
  const { code, said } = await breakGlass("--flag", "nav", "--reason", "drill");
  expect(said).toMatch(/^Killing nav in environment .+, with key [0-9a-f]{16}, at http/);
  expect(said).toMatch(/Done: accepted as revision \d+ at 20/);
  expect(said).toContain('  nav: killed, serves "off"');
  expect(code).toBe(0);
  const log = await managementOf(runtime.url)("GET", `${AT}/log?limit=1`);
  expect(log?.body.items[0]).toMatchObject({
    action: "environment.kill",
    reason: "drill",
    actor: { name: 'Grace, with the break-glass key "safe"' },
  });
});

it("the command says what is wrong, and ends with a failure", async () => {
  const why = ["--reason", "drill"];
  const typo = await breakGlass("--flag", "chekout", ...why);
  expect(typo).toMatchObject({ code: 1, said: expect.stringContaining("no flag chekout") });
  const elsewhere = await breakGlass("--flag", "nav", ...why, "--environment", "otherenv0001");
  expect(elsewhere.said).toContain(`The key is for environment ${environmentId}`);
  expect(elsewhere.code).toBe(1);
  const noReason = await breakGlass("--flag", "nav");
  expect(noReason).toMatchObject({ code: 2, said: expect.stringContaining("Say why") });
});

it("a command that was printed can be sent by anything, once", async () => {
  const { said } = await breakGlass("--flag", "nav", "--reason", "drill", "--print");
  const send = () =>
    fetch(new URL("/sdk/v1/break-glass", runtime.url), { method: "POST", body: said });
  expect((await send()).status).toBe(200);
  expect((await send()).status).toBe(409);
});

it("the command works when the catalogue's database is lost and management answers nothing", async () => {
  await runtime.close();
  const lost = readdirSync(state).filter((name) => /d1/i.test(name));
  expect(lost).not.toEqual([]);
  for (const name of lost) rmSync(join(state, name), { recursive: true });
  runtime = await startAllInOne(bundle, state, false);

  const usual = await managementOf(runtime.url)("POST", `${AT}/flags/checkout/kill`, {
    reason: "payments fail",
  });
  expect(usual?.status).toBeGreaterThanOrEqual(500);
  expect(await evaluated("checkout")).toMatchObject({ value: true });

  const args = ["--flag", "checkout", "--environment", environmentId, "--reason", "payments fail"];
  const { code, said } = await breakGlass(...args);
  expect(said).toContain('  checkout: killed, serves "off"');
  expect(code).toBe(0);
  await expect
    .poll(() => evaluated("checkout"))
    .toMatchObject({ value: false, metadata: { killed: true } });
});
