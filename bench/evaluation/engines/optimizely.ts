import {
  createInstance,
  createStaticProjectConfigManager,
  OptimizelyDecideOption,
} from "@optimizely/optimizely-sdk";
import * as w from "../workloads.ts";

type Context = Record<string, string | number>;

interface Asked {
  readonly id: string;
  readonly attributes: Context;
}

const OPTIONS = [OptimizelyDecideOption.DISABLE_DECISION_EVENT];

/**
 * Optimizely's SDK for Node. It knows neither lists nor ends of texts: a list is twenty
 * comparisons joined by "or", and the end of an e-mail is looked for anywhere in it.
 */
export async function createEngine(): Promise<w.Engine<Asked>> {
  const single = await clientOf([half(w.HALF_KEY), rules(w.RULES_KEY)]);
  const all = await clientOf(w.ALL_KEYS.map((key, at) => (w.isHalf(at) ? half(key) : rules(key))));
  const userIn = (client: typeof single, { id, attributes }: Asked) =>
    client.createUserContext(id, attributes);
  return {
    name: "@optimizely/optimizely-sdk",
    contextOf: ({ id, ...attributes }) => ({ id, attributes }),
    half: (asked) => userIn(single, asked).decide(w.HALF_KEY, OPTIONS),
    rules: (asked) => userIn(single, asked).decide(w.RULES_KEY, OPTIONS),
    all: (asked) => userIn(all, asked).decideAll(OPTIONS),
    valueOf,
    valueIn: (answers, index) => valueOf(answers[w.ALL_KEYS[index] ?? ""]),
    close: async () => {
      await Promise.all([single.close(), all.close()]);
    },
  };
}

function valueOf(answer: any): unknown {
  const isHalfFlag = answer.variationKey === null || answer.variationKey === "on";
  return isHalfFlag ? answer.enabled : answer.variationKey;
}

interface Flag {
  readonly key: string;
  readonly experiments: readonly object[];
}

async function clientOf(flags: readonly Flag[]) {
  const datafile = {
    version: "4",
    accountId: "1",
    projectId: "1",
    revision: "1",
    anonymizeIP: true,
    botFiltering: false,
    sendFlagDecisions: false,
    experiments: [],
    groups: [],
    events: [],
    attributes: ["country", "plan", "email", "appVersion", "logins"].map((key) => ({
      id: key,
      key,
    })),
    audiences: [],
    typedAudiences: AUDIENCES,
    featureFlags: flags.map(({ key }) => ({
      id: key,
      key,
      rolloutId: `rollout-${key}`,
      experimentIds: [],
      variables: [],
    })),
    rollouts: flags.map(({ key, experiments }) => ({ id: `rollout-${key}`, experiments })),
  };
  const client = createInstance({
    projectConfigManager: createStaticProjectConfigManager({ datafile: JSON.stringify(datafile) }),
    disposable: true,
  });
  await client.onReady({ timeout: 5_000 });
  return client;
}

const matches = (name: string, match: string, value: string | number) => ({
  type: "custom_attribute",
  name,
  match,
  value,
});

const AUDIENCES = [
  audience("country", ["or", ...w.COUNTRIES.map((one) => matches("country", "exact", one))]),
  audience("plan", matches("plan", "exact", w.PLAN)),
  audience("email", matches("email", "substring", w.EMAIL_END)),
  audience("version", matches("appVersion", "semver_ge", w.VERSION)),
  audience("logins", matches("logins", "gt", w.LOGINS)),
];

function audience(id: string, condition: unknown) {
  return { id, name: id, conditions: ["and", ["or", ["or", condition]]] };
}

function half(key: string): Flag {
  const nobody = delivery(key, "rest", [], [], []);
  return { key, experiments: [delivery(key, "half", [], ["on"], [50]), nobody] };
}

function rules(key: string): Flag {
  const experiments = [
    ...w.FIXED.map((name) => delivery(key, name, [name], [name], [100])),
    delivery(key, "split", ["logins"], w.SPLIT, w.SHARES),
    delivery(key, w.NONE, [], [w.NONE], [100]),
  ];
  return { key, experiments };
}

function delivery(
  flag: string,
  name: string,
  audienceIds: readonly string[],
  variations: readonly string[],
  shares: readonly number[],
) {
  const id = `${flag}-${name}`;
  let end = 0;
  return {
    id,
    key: id,
    layerId: `rollout-${flag}`,
    status: "Running",
    forcedVariations: {},
    audienceIds,
    audienceConditions: audienceIds.length === 0 ? [] : ["or", ...audienceIds],
    variations: variations.map((key) => ({
      id: `${id}-${key}`,
      key,
      featureEnabled: true,
      variables: [],
    })),
    trafficAllocation: variations.map((key, at) => {
      end += (shares[at] ?? 0) * 100;
      return { entityId: `${id}-${key}`, endOfRange: end };
    }),
  };
}
