import { createInstance } from "@featurevisor/sdk";
import * as w from "../workloads.ts";

type Context = Record<string, string | number>;

/** Featurevisor's SDK. A flag of two values is one that is enabled for a share of the traffic. */
export function createEngine(): w.Engine<Context> {
  const single = instanceOf({ [w.HALF_KEY]: half(w.HALF_KEY), [w.RULES_KEY]: rules(w.RULES_KEY) });
  const all = instanceOf(
    Object.fromEntries(w.ALL_KEYS.map((key, at) => [key, w.isHalf(at) ? half(key) : rules(key)])),
  );
  const ask = (key: string, at: number, context: Context) =>
    w.isHalf(at) ? all.isEnabled(key, context) : all.getVariation(key, context);
  return {
    name: "@featurevisor/sdk",
    contextOf: (user) => ({ ...user }),
    half: (context) => single.isEnabled(w.HALF_KEY, context),
    rules: (context) => single.getVariation(w.RULES_KEY, context),
    all: (context) => w.ALL_KEYS.map((key, at) => ask(key, at, context)),
    valueOf: (answer) => answer,
    valueIn: (answers, index) => answers[index],
  };
}

const CONDITIONS = {
  country: { attribute: "country", operator: "in", value: w.COUNTRIES },
  plan: { attribute: "plan", operator: "equals", value: w.PLAN },
  email: { attribute: "email", operator: "endsWith", value: w.EMAIL_END },
  version: { attribute: "appVersion", operator: "semverGreaterThanOrEquals", value: w.VERSION },
  logins: { attribute: "logins", operator: "greaterThan", value: w.LOGINS },
} as const;

function instanceOf(features: object) {
  const segments = Object.fromEntries(
    Object.entries(CONDITIONS).map(([key, condition]) => [key, { conditions: condition }]),
  );
  const datafile: any = { schemaVersion: "2", revision: "1", segments, features };
  return createInstance({ datafile, logLevel: "fatal" });
}

function half(key: string) {
  return {
    key,
    bucketBy: "id",
    traffic: [{ key: "all", segments: "*", percentage: 50_000, allocation: [] }],
  };
}

const served = (segments: string, variation: string) => ({
  key: segments,
  segments,
  percentage: 100_000,
  allocation: [{ variation, range: [0, 100_000] }],
});

function rules(key: string) {
  const ends = w.SHARES.map((_, at) => sum(w.SHARES.slice(0, at + 1)) * 1000);
  return {
    key,
    bucketBy: "id",
    variations: w.VARIATIONS.map((value) => ({ value })),
    traffic: [
      ...w.FIXED.map((name) => served(name, name)),
      {
        key: "logins",
        segments: "logins",
        percentage: 100_000,
        allocation: w.SPLIT.map((variation, at) => ({
          variation,
          range: [ends[at - 1] ?? 0, ends[at]],
        })),
      },
      served("*", w.NONE),
    ],
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
