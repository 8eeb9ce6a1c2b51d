import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startRuntime } from "../../../scripts/self-host/runtime.ts";
import { applyMigrations } from "../apply-migrations.ts";
import { ADMIN_TOKEN } from "../test-secrets.ts";

const RATE = { perSecond: 2, burst: 20 };
const CONNECTIONS = 4;
const EACH = 40;

let runtime: Miniflare;
let port = 0;
const folder = mkdtempSync(join(tmpdir(), "switchyard-rate-"));

beforeAll(async () => {
  runtime = await startRuntime({
    host: "127.0.0.1",
    port: 0,
    storage: folder,
    secrets: { ADMIN_TOKEN, CREDENTIAL_RATE: `${RATE.perSecond}/s burst ${RATE.burst}` },
    onLog: () => {},
  });
  port = Number((await runtime.unsafeGetDirectURL()).port);
  await applyMigrations(runtime);
});

afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends all requests before it reads the first answer; answers with the statuses. */
function pipelined(connection: number): Promise<readonly string[]> {
  const requests = Array.from(
    { length: EACH },
    (_, index) =>
      `GET /api/v1/projects HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n` +
      `x-forwarded-for: 203.0.113.${index}\r\ncf-connecting-ip: 198.51.100.${connection}\r\n` +
      `connection: ${index === EACH - 1 ? "close" : "keep-alive"}\r\n\r\n`,
  );
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(requests.join("")));
    let said = "";
    socket.on("data", (chunk: Buffer) => (said += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => {
      resolve([...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = ""]) => status));
    });
  });
}

it("admits no more of the requests that are sent ahead on many connections", async () => {
  const beganMs = performance.now();
  const all = await Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => pipelined(at)));
  const statuses = all.flat();
  const tookSeconds = (performance.now() - beganMs) / 1_000;
  expect(statuses).toHaveLength(CONNECTIONS * EACH);
  expect(statuses.filter((status) => status !== "200" && status !== "429")).toEqual([]);
  const admitted = statuses.filter((status) => status === "200").length;
  const allowed = RATE.burst + Math.ceil(RATE.perSecond * tookSeconds);
  expect(admitted).toBeGreaterThanOrEqual(RATE.burst);
  expect(admitted).toBeLessThanOrEqual(allowed * 1.05);
});
