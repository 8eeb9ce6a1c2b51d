import { init, type LDContext } from "@launchdarkly/node-server-sdk";
import { TestData } from "@launchdarkly/node-server-sdk/integrations";
import * as w from "../workloads.ts";

/** LaunchDarkly's SDK for Node servers. Every evaluation of it is a promise. */
export async function createEngine(): Promise<w.Engine<LDContext>> {
  const single = await clientOf([half(w.HALF_KEY), rules(w.RULES_KEY)]);
  const all = await clientOf(w.ALL_KEYS.map((key, at) => (w.isHalf(at) ? half(key) : rules(key))));
  return {
    name: "@launchdarkly/node-server-sdk",
    contextOf: ({ id, ...attributes }) => ({ kind: "user", key: id, ...attributes }),
    half: (context) => single.variationDetail(w.HALF_KEY, context, false),
    rules: (context) => single.variationDetail(w.RULES_KEY, context, ""),
    all: (context) => all.allFlagsState(context),
    valueOf: (answer) => answer.value,
    valueIn: (answers, index) => answers.getFlagValue(w.ALL_KEYS[index]),
    close: () => {
      single.close();
      all.close();
    },
  };
}

async function clientOf(flags: readonly object[]) {
  const data = new TestData();
  for (const flag of flags) await data.usePreconfiguredFlag(flag);
  const quiet = { error: noop, warn: noop, info: noop, debug: noop };
  const client = init("sdk-key", {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: quiet,
  });
  await client.waitForInitialization({ timeout: 5 });
  return client;
}

function noop(): void {}

function half(key: string) {
  return {
    ...common(key),
    variations: [true, false],
    offVariation: 1,
    fallthrough: { rollout: { variations: weighted([50, 50], (at) => at) } },
    rules: [],
  };
}

function rules(key: string) {
  const clauses = [
    clause("country", "in", w.COUNTRIES),
    clause("plan", "in", [w.PLAN]),
    clause("email", "endsWith", [w.EMAIL_END]),
    // The operator "less than", negated: there is none for "at least".
    { ...clause("appVersion", "semVerLessThan", [w.VERSION]), negate: true },
  ];
  const split = weighted(w.SHARES, (at) => w.FIXED.length + at);
  return {
    ...common(key),
    variations: w.VARIATIONS,
    fallthrough: { variation: w.VARIATIONS.indexOf(w.NONE) },
    rules: [
      ...clauses.map((each, variation) => ({ id: `r${variation}`, clauses: [each], variation })),
      {
        id: "last",
        clauses: [clause("logins", "greaterThan", [w.LOGINS])],
        rollout: { variations: split },
      },
    ],
  };
}

function common(key: string) {
  return { key, version: 1, on: true, salt: key, targets: [], prerequisites: [] };
}

function clause(attribute: string, op: string, values: readonly unknown[]) {
  return { attribute, op, values, negate: false, contextKind: "user" };
}

function weighted(shares: readonly number[], variationAt: (at: number) => number) {
  return shares.map((share, at) => ({ variation: variationAt(at), weight: share * 1000 }));
}
