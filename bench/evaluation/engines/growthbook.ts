import { GrowthBookClient } from "@growthbook/growthbook";
import * as w from "../workloads.ts";

interface Context {
  readonly attributes: Record<string, unknown>;
}

/** GrowthBook's client for servers, which takes the user with each call. */
export function createEngine(): w.Engine<Context> {
  const single = clientOf({ [w.HALF_KEY]: half(w.HALF_KEY), [w.RULES_KEY]: rules(w.RULES_KEY) });
  const all = clientOf(
    Object.fromEntries(w.ALL_KEYS.map((key, at) => [key, w.isHalf(at) ? half(key) : rules(key)])),
  );
  return {
    name: "@growthbook/growthbook",
    contextOf: (user) => ({ attributes: { ...user } }),
    half: (context) => single.evalFeature(w.HALF_KEY, context),
    rules: (context) => single.evalFeature(w.RULES_KEY, context),
    all: (context) => w.ALL_KEYS.map((key) => all.evalFeature(key, context)),
    valueOf: (answer) => answer.value,
    valueIn: (answers, index) => answers[index].value,
  };
}

function clientOf(features: Record<string, object>): GrowthBookClient {
  return new GrowthBookClient().initSync({ payload: { features } });
}

function half(key: string) {
  return {
    defaultValue: false,
    rules: [{ force: true, coverage: 0.5, hashAttribute: "id", seed: key, hashVersion: 2 }],
  };
}

function rules(key: string) {
  const conditions = [
    { country: { $in: w.COUNTRIES } },
    { plan: w.PLAN },
    { email: { $regex: `${w.EMAIL_END.replaceAll(".", "\\.")}$` } },
    { appVersion: { $vgte: w.VERSION } },
  ];
  return {
    defaultValue: w.NONE,
    rules: [
      ...conditions.map((condition, at) => ({ condition, force: w.FIXED[at] })),
      {
        condition: { logins: { $gt: w.LOGINS } },
        variations: w.SPLIT,
        weights: w.SHARES.map((share) => share / 100),
        hashAttribute: "id",
        seed: key,
        hashVersion: 2,
      },
    ],
  };
}
