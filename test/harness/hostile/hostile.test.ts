import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN_TOKEN, type AllInOne, bundleAllInOne, startAllInOne } from "../crash/all-in-one.ts";
import { managementOf } from "../crash/management.ts";
import { HostileRequests, type HostileRequest, type Target } from "./hostile-request.ts";

/** For each group; HOSTILE_REQUESTS=100000 asks for more, HOSTILE_SEED for others. */
const REQUESTS = Number(process.env["HOSTILE_REQUESTS"] ?? 2_000);
const SEED = Number(process.env["HOSTILE_SEED"] ?? 20_261_121);
const AT_ONCE = 8;
/** A stall shows; a busy machine does not. The figure itself is printed. */
const LONGEST_MS = 5_000;

const PROJECT = "/api/v1/projects/hostile";
const PLACE = `${PROJECT}/environments/prod`;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const context = { context: { targetingKey: "ada", plan: "pro", nested: { list: [1, "a"] } } };
const rules = [
  {
    id: "r1",
    if: { and: [{ attribute: "email", operator: "matches", value: "^a+$" }] },
    then: { rollout: { unit: "targetingKey", variations: [{ key: "on", weight: 50 }] } },
  },
];
const configuration = { enabled: true, default: { variation: "off" }, rules, targets: [] };

let folder: string;
let runtime: AllInOne;
let serverKey: string;
let environmentId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchyard-hostile-"));
  runtime = await startAllInOne(await bundleAllInOne(folder), join(folder, "state"), true);
  const send = managementOf(runtime.url);
  await send("POST", "/api/v1/projects", { key: "hostile" });
  const environment = await send("POST", `${PROJECT}/environments`, { key: "prod" });
  environmentId = environment?.body.id;
  await send("POST", `${PROJECT}/flags`, { key: "sound", type: "boolean", base: configuration });
  await send("POST", `${PLACE}/segments`, { key: "beta", included: ["ada"] });
  const key = await send("POST", `${PLACE}/keys`, { kind: "server", name: "hostile" });
  serverKey = key?.body.secret;
});
afterAll(async () => {
  agent.destroy();
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

const flag = `${PLACE}/flags/sound`;
const segment = { key: "s", included: ["a"], excluded: [], rules: [{ segment: "beta" }] };
type Group = Pick<Target, "paths" | "bodies"> &
  Partial<Pick<Target, "methods">> & { readonly bySdkKey?: true };
const now = Date.now();
const unit = { targetingKey: "ada", attributes: { plan: "pro", seats: 3 } };
/** Sound events with all that is optional there or not, under ids of their own. */
const batches = Array.from({ length: 60 }, (_, n) => {
  const of = { timestamp: now, flag: "sound", variation: "on" };
  const known = n % 2 === 0 ? {} : { reason: "SPLIT", flagVersion: n, experiment: "nav" };
  const variation = n % 3 === 0 ? null : "on";
  return {
    sentAt: now,
    privateAttributes: ["email"],
    events: [
      { kind: "exposure", id: `e-${n}`, ...of, ...unit, ...known },
      { kind: "metric", id: `m-${n}`, timestamp: now, ...unit, metric: "m", value: n - 29.5 },
      { kind: "usage", id: `u-${n}`, ...of, variation, reason: "SPLIT", count: 5 },
    ],
  };
});
const letters = "/api/v1/dead-letters";

const groups: Readonly<Record<string, Group>> = {
  events: { bySdkKey: true, methods: ["POST"], paths: ["/sdk/v1/events"], bodies: batches },
  "what events lead to": {
    // Most of them are read only.
    methods: ["GET", "GET", "GET", "POST", "DELETE"],
    paths: [
      `${PLACE}/flags/sound/usage`,
      `${PLACE}/flags/sound/usage?granularity=hour&from=0`,
      letters,
      `${letters}/${"0".repeat(32)}`,
      `${letters}/${"0".repeat(32)}/redeliver`,
    ],
    bodies: [{}],
  },
  "ofrep one flag": {
    bySdkKey: true,
    methods: ["POST"],
    paths: ["/ofrep/v1/evaluate/flags/sound"],
    bodies: [context],
  },
  "ofrep all flags": {
    bySdkKey: true,
    methods: ["POST"],
    paths: ["/ofrep/v1/evaluate/flags"],
    bodies: [context],
  },
  health: { methods: ["GET"], paths: ["/healthz"], bodies: [{}] },
  projects: {
    paths: ["/api/v1/projects", PROJECT],
    bodies: [{ key: "other", name: "Other", description: "x" }],
  },
  environments: {
    paths: [`${PROJECT}/environments`, PLACE, `${PLACE}/rollback`],
    bodies: [{ key: "dev", tags: { a: "b" }, production: true, salt: "s" }, { toRevision: 1 }],
  },
  catalogue: {
    paths: [`${PROJECT}/flags`, `${PROJECT}/flags/sound`],
    bodies: [
      {
        key: "new",
        type: "string",
        base: { variations: [{ key: "a", value: "x" }], ...configuration },
      },
      { name: "Sound", stage: "production", tags: { a: "b" } },
    ],
  },
  "flags of an environment": {
    paths: [
      `${PLACE}/flags`,
      flag,
      ...["kill", "unkill", "archive", "restore", "rollback", "explain", "overrides"].map(
        (verb) => `${flag}/${verb}`,
      ),
    ],
    bodies: [
      configuration,
      { variation: "off", reason: "why" },
      { toRevision: 2 },
      { ...context, platform: { "$geo.country": "DE" }, now: 5 },
      { id: "o1", if: { segment: "beta" }, variation: "on", reason: "why" },
    ],
  },
  segments: { paths: [`${PLACE}/segments`, `${PLACE}/segments/beta`], bodies: [segment] },
  keys: {
    methods: ["GET", "POST"],
    paths: [`${PLACE}/keys`, `${PLACE}/keys/none/rotate`, `${PLACE}/keys/none/revoke`],
    bodies: [{ kind: "client", name: "k", origins: ["https://a.example"] }, { overlapSeconds: 5 }],
  },
  history: {
    methods: ["GET"],
    paths: ["log", "log/verification", "changes", "ruleset"].map((name) => `${PLACE}/${name}`),
    bodies: [{}],
  },
};

describe("hostile requests", () => {
  it.each(Object.entries(groups))(
    `${REQUESTS} to %s are all answered in order, none with a failure of ours`,
    { timeout: 60_000 + REQUESTS * 20 },
    async (name, { bySdkKey = false, methods = ["POST", "PATCH", "GET"], paths, bodies }) => {
      const token = bySdkKey ? serverKey : ADMIN_TOKEN;
      const requests = new HostileRequests(SEED, {
        methods,
        paths,
        bodies,
        authorization: `Bearer ${token}`,
      });
      const seen = new Map<number, number>();
      const faults: string[] = [];
      let slowest = 0;
      let left = REQUESTS;
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          while (left > 0) {
            left -= 1;
            const sent = requests.next();
            const answer = await ask(sent);
            seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
            slowest = Math.max(slowest, answer.ms);
            const fault = faultOf(sent, answer);
            if (fault !== null && faults.length < 10) faults.push(fault);
          }
        }),
      );
      const statuses = [...seen].toSorted(([a], [b]) => a - b).map((pair) => pair.join("×"));
      process.stdout.write(
        `hostile: ${name}, seed ${SEED}, ${REQUESTS} requests, slowest ${Math.round(slowest)} ms, ` +
          `${statuses.join(" ")}\n`,
      );
      expect(faults).toEqual([]);
      expect(slowest).toBeLessThan(LONGEST_MS);
    },
  );

  it("leave the product working, and nothing in the queue that it cannot count", async () => {
    const send = managementOf(runtime.url);
    await expect
      .poll(() => runtime.events(environmentId), { timeout: 20_000, interval: 500 })
      .toMatchObject({ waiting: 0 });
    expect((await send("GET", letters))?.body.items).toEqual([]);
    const { totals } = (await send("GET", `${PLACE}/flags/sound/usage`))!.body;
    expect(Math.min(totals.evaluations, totals.exposures)).toBeGreaterThan(0);
    expect(await send("GET", `${PLACE}/log/verification`)).toMatchObject({
      status: 200,
      body: { verified: true },
    });
    const flagAfter = await send("POST", `${PROJECT}/flags`, { key: "after", type: "boolean" });
    expect(flagAfter?.status).toBe(201);
  });
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

function ask({ method, path, headers, body }: HostileRequest): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve) => {
    const done = (status: number, text: string) =>
      resolve({ status, text, ms: performance.now() - began });
    const length = body === null ? {} : { "content-length": String(body.length) };
    const sent = request(runtime.url, {
      method,
      path,
      agent,
      headers: { ...headers, ...length },
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (error) => done(0, error.message));
      response.on("end", () => done(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
    });
    sent.on("error", (error) => done(0, error.message));
    sent.end(body ?? undefined);
  });
}

/** What is wrong with an answer, with the request that got it; `null`: nothing. */
function faultOf({ method, path, headers, body }: HostileRequest, answer: Answer): string | null {
  const { status, text } = answer;
  const wrong =
    status >= 500 || status === 0 ? "fails" : explains(method, status, text) ? null : "says no why";
  if (wrong === null) return null;
  const asked = `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 400)}`;
  return `${wrong}: ${asked} ${body?.toString().slice(0, 300) ?? ""} → ${status} ${text.slice(0, 300)}`;
}

/** A refusal has a code for programs; the runtime itself refuses what is no HTTP. */
function explains(method: string, status: number, text: string): boolean {
  if (method === "HEAD" || status < 400 || status === 431) return true;
  try {
    const { code, errorCode, status: health } = JSON.parse(text);
    return [code, errorCode, health].some((each) => typeof each === "string");
  } catch {
    return false;
  }
}
