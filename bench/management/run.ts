import { cpus, loadavg } from "node:os";
import { note, print, printTable, rounded } from "../lib/print.ts";
import { quantile } from "../lib/quantile.ts";
import { type Installation, startInstallation } from "./installation.ts";
import { AHEAD, create, type Kind, KINDS, requestOf, type Sent } from "./requests.ts";

const USAGE = `node bench/management/run.ts [quick]

  quick     5 seconds instead of 30: to see that it works

Creates, reads, updates and archives flags, 50 requests a second in all. It ends by itself and stays
on this machine.`;

/** Requests to the management API in a second. One to the floor comes with every four of them. */
const RATE = 50;
const MANAGED = KINDS.filter((kind) => kind !== "floor");

const words = process.argv.slice(2);
if (words.some((word) => word !== "quick")) {
  note(USAGE);
  process.exit(1);
}
const seconds = words.includes("quick") ? 5 : 30;
const [{ model } = { model: "unknown processor" }] = cpus();
print(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${model}`);
print(`Load of the machine before: ${loadavg()[0]?.toFixed(2)}. On a quiet one it is near 0.\n`);

const installation = await startInstallation();
for (let round = 0; round < AHEAD; round += 1) await expectDone(create(round), installation);
const took = await measure((seconds * RATE) / MANAGED.length);
await installation.stop();

printTable(
  ["ms", "p50", "p95", "p99", "max", "sent", "failed"],
  KINDS.map((kind) => {
    const { ms, failed } = took[kind];
    const at = (share: number) => rounded(quantile(ms, share));
    return [kind, at(0.5), at(0.95), at(0.99), at(1), String(ms.length), String(failed)];
  }),
);
print(`Load of the machine after: ${loadavg()[0]?.toFixed(2)}.`);
process.exit(0);

interface Took {
  readonly ms: number[];
  failed: number;
}

/** Requests are due at their time whether or not others were answered, and counted from then. */
async function measure(rounds: number): Promise<Readonly<Record<Kind, Took>>> {
  const took = Object.fromEntries(
    KINDS.map((kind) => [kind, { ms: [], failed: 0 }]),
  ) as unknown as Record<Kind, Took>;
  const everyMs = 1_000 / RATE;
  const beganMs = performance.now() + 500;
  const open: Promise<void>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, kind] of MANAGED.entries()) {
      const dueMs = beganMs + (round * MANAGED.length + at) * everyMs;
      await until(dueMs);
      open.push(send(kind, AHEAD + round, dueMs, took[kind]));
      if (at === 1) {
        // Between two of the others, so that it waits for neither.
        const betweenMs = dueMs + everyMs / 2;
        await until(betweenMs);
        open.push(send("floor", AHEAD + round, betweenMs, took.floor));
      }
    }
  }
  await Promise.all(open);
  return took;
}

async function send(kind: Kind, round: number, dueMs: number, took: Took): Promise<void> {
  const isDone = await perform(requestOf(kind, round), installation).catch(() => false);
  took.ms.push(performance.now() - dueMs);
  if (!isDone) took.failed += 1;
}

async function expectDone(sent: Sent, to: Installation): Promise<void> {
  if (!(await perform(sent, to))) throw new Error(`${sent.method} ${sent.path} was refused.`);
}

async function perform({ method, path, body, changes }: Sent, to: Installation): Promise<boolean> {
  const response = await fetch(`${to.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${to.token}`,
      "content-type": "application/json",
      ...(changes === true ? { "if-match": "*" } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await response.text();
  if (!response.ok) note(`${method} ${path}: ${said}`);
  return response.ok;
}

async function until(dueMs: number): Promise<void> {
  const leftMs = dueMs - performance.now();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
