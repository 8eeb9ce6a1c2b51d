import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Client,
  type EvaluationContext,
  type EvaluationDetails,
  type Hook,
  type JsonValue,
  OpenFeature,
  ProviderStatus,
} from "@openfeature/server-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { FLAGS } from "../../conformance/gherkin/flags.ts";
import type { Row, StepScenario } from "../../conformance/gherkin/scenario.ts";
import { OUTSIDE, STEPS, TABLES } from "../../conformance/gherkin/scenarios.ts";
import { OfrepServerProvider } from "./ofrep-server-provider.ts";
import { RunningEdge } from "./running-edge.ts";

let edge: RunningEdge;
let client: Client;
beforeAll(async () => {
  edge = await RunningEdge.start();
  const { server } = await edge.environment(FLAGS);
  const provider = new OfrepServerProvider({
    baseUrl: edge.url,
    headers: [["Authorization", `Bearer ${server}`]],
  });
  await OpenFeature.setProviderAndWait(provider);
  client = OpenFeature.getClient();
});
afterAll(async () => {
  await OpenFeature.close();
  await edge.close();
});

/** Evaluates a row's flag as the row asks for it. */
function evaluate(
  { context = {}, fallback, flag, type }: Row,
  hooks: readonly Hook[] = [],
): Promise<EvaluationDetails<JsonValue>> {
  const options = { hooks: [...hooks] };
  // The SDK's types have no null in a context, and its users' JSON has.
  const user = context as EvaluationContext;
  if (type === "Boolean") return client.getBooleanDetails(flag, fallback as boolean, user, options);
  if (type === "String") return client.getStringDetails(flag, fallback as string, user, options);
  if (type === "Object") return client.getObjectDetails(flag, fallback as JsonValue, user, options);
  return client.getNumberDetails(flag, fallback as number, user, options);
}

/** Holds the details against everything that the row says. */
function expectRow(row: Row, details: EvaluationDetails<JsonValue>): void {
  expect(details.flagKey).toBe(row.flag);
  expect(details.errorCode).toBe(row.errorCode);
  if (row.value !== undefined) expect(details.value).toStrictEqual(row.value);
  if (row.variant !== undefined) expect(details.variant).toBe(row.variant);
  if (row.reason !== undefined) expect(details.reason).toBe(row.reason);
  if (row.messageHas !== undefined) expect(details.errorMessage).toContain(row.messageHas);
}

describe.each(TABLES)("$name", ({ rows }) => {
  it.each(rows)("$type $flag", async (row) => expectRow(row, await evaluate(row)));
});

const STEPS_OF: Record<StepScenario["steps"], (row: Row) => Promise<void>> = {
  async status(row) {
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expectRow(row, await evaluate(row));
  },

  async hooks(row) {
    const seen: string[] = [];
    const hook = (name: string): Hook => ({
      before: () => void seen.push(`before ${name}`),
      after: (_, { variant }) => void seen.push(`after ${name}: ${variant}`),
      finally: () => void seen.push(`finally ${name}`),
    });
    expectRow(row, await evaluate(row, [hook("1"), hook("2")]));
    expect(seen).toEqual([
      "before 1",
      "before 2",
      "after 2: full",
      "after 1: full",
      "finally 2",
      "finally 1",
    ]);
  },

  async immutability(row) {
    const context = { targetingKey: "u", team: "ops", nested: { list: [1, 2] } };
    const before = structuredClone(context);
    const details = await client.getBooleanDetails(row.flag, false, context);
    expectRow(row, details);
    expect(context).toEqual(before);
    expect(details.flagMetadata).toMatchObject({ version: "1" });
    expect(() => Object.assign(details.flagMetadata, { version: "2" })).toThrow(TypeError);
  },

  async asynchrony(row) {
    let done = false;
    const evaluating = evaluate(row).finally(() => (done = true));
    expect(done).toBe(false);
    expectRow(row, await evaluating);
  },
};

describe.each(STEPS)("$name", ({ rows, steps }) => {
  it.each(rows)("$type $flag", STEPS_OF[steps]);
});

const count = (scenarios: readonly { rows: readonly Row[] }[]) =>
  scenarios.reduce((sum, { rows }) => sum + rows.length, 0);

it("runs all rows but those that say nothing about a server, and the documentation has the counts", () => {
  const run = count(TABLES) + count(STEPS);
  const outside = OUTSIDE.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const text = readFileSync(join(ROOT, "docs", "conformance.md"), "utf8");
  expect(text).toContain(`${run} of its ${run + outside} rows`);
  for (const { because, name, rowCount } of OUTSIDE)
    expect(text).toContain(`| ${name} | ${rowCount} | ${because} |`);
});
