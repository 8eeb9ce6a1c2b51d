import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRecord, type UnknownRecord } from "../../src/core/json.ts";
import { runProcess } from "../lib/run-process.ts";
import { processesNaming } from "./processes.ts";
import { freePort, start, type Started } from "./started.ts";

const CHANGE_SEEN_WITHIN_MS = 2_000;

export interface Step {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Start, evaluate, change, see the change, stop, start again: with what `npm start` prints. */
export async function smoke(): Promise<{
  readonly steps: readonly Step[];
  readonly cleanUp: () => Promise<void>;
}> {
  const state = mkdtempSync(join(tmpdir(), "switchyard-smoke-"));
  const port = await freePort();
  const story: Story = { state, port, running: start(port, state), keys: "" };
  const cleanUp = async () => {
    await story.running.stop();
    rmSync(state, { recursive: true, force: true });
  };
  const step = (name: string, run: (story: Story) => Promise<void>): Step => ({
    name,
    run: () => run(story),
  });
  const steps = [
    step("npm start is ready", becomesReady),
    step("the printed curl evaluates a flag", evaluates),
    step("a change by the API is seen within two seconds", changes),
    step("Ctrl-C leaves no process", stops),
    step("the next start has the same keys and the change", startsAgain),
  ];
  return { steps, cleanUp };
}

interface Story {
  readonly state: string;
  readonly port: number;
  running: Started;
  /** What the first start wrote for scripts. */
  keys: string;
}

async function becomesReady(story: Story): Promise<void> {
  await story.running.ready;
  story.keys = readKeys(story);
}

async function evaluates({ running }: Story): Promise<void> {
  const answer = await paste(curl(running, 0));
  assert.equal(answer["key"], "payment-processing-v2");
  assert.equal(answer["variant"], "enhanced");
  assert.equal(answer["reason"], "SPLIT");
}

async function changes({ running }: Story): Promise<void> {
  await paste(curl(running, 1));
  const deadline = performance.now() + CHANGE_SEEN_WITHIN_MS;
  let variant = await variantNow(running);
  while (variant !== "legacy" && performance.now() < deadline) {
    await sleep(50);
    variant = await variantNow(running);
  }
  assert.equal(variant, "legacy");
}

async function stops({ running, state }: Story): Promise<void> {
  assert.equal(await running.stop(), 0);
  assert.deepEqual(processesNaming(state), []);
}

async function startsAgain(story: Story): Promise<void> {
  story.running = start(story.port, story.state);
  await story.running.ready;
  assert.equal(readKeys(story), story.keys);
  assert.equal(await variantNow(story.running), "legacy");
}

const readKeys = ({ state }: Story) => readFileSync(join(state, "dev.json"), "utf8");

/** A command as `npm start` printed it: it begins with `curl` and goes on while lines end in `\`. */
function curl(running: Started, number: number): string {
  const commands = [...running.output().matchAll(/^curl (?:.*\\\n)*.*$/gm)];
  const command = commands[number]?.[0];
  assert.ok(command !== undefined, `fewer than ${number + 1} curl commands were printed`);
  return command;
}

const variantNow = async (running: Started) => (await paste(curl(running, 0)))["variant"];

async function paste(command: string): Promise<UnknownRecord> {
  const { code, output } = await runProcess("bash", ["-c", command]);
  assert.equal(code, 0, `${command}\n${output}`);
  const answer: unknown = JSON.parse(output);
  assert.ok(isRecord(answer), output);
  return answer;
}
