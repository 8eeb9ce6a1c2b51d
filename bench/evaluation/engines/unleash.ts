import { once } from "node:events";
import { InMemStorageProvider, Unleash } from "unleash-client";
import * as w from "../workloads.ts";

type Context = {
  readonly userId: string;
  readonly properties: Record<string, string>;
};

/** Unleash's SDK for servers. Its attributes are texts, numbers too. */
export async function createEngine(): Promise<w.Engine<Context>> {
  const unleash = new Unleash({
    appName: "benchmark",
    url: "http://127.0.0.1:9/",
    disableAutoStart: true,
    disableMetrics: true,
    refreshInterval: 0,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: {
      data: [
        half(w.HALF_KEY),
        rules(w.RULES_KEY),
        ...w.ALL_KEYS.map((key, at) => (w.isHalf(at) ? half(key) : rules(key))),
      ],
    },
  });
  // There is no server: what the bootstrap gave is all there is.
  unleash.on("error", () => {});
  unleash.on("warn", () => {});
  const ready = once(unleash, "ready");
  await unleash.start();
  await ready;
  const ask = (at: number, context: Context) =>
    w.isHalf(at)
      ? unleash.isEnabled(w.ALL_KEYS[at] ?? "", context)
      : unleash.getVariant(w.ALL_KEYS[at] ?? "", context);
  return {
    name: "unleash-client",
    contextOf: ({ id, logins, ...attributes }) => ({
      userId: id,
      properties: { ...attributes, logins: String(logins) },
    }),
    half: (context) => unleash.isEnabled(w.HALF_KEY, context),
    rules: (context) => unleash.getVariant(w.RULES_KEY, context),
    all: (context) => w.ALL_KEYS.map((_, at) => ask(at, context)),
    valueOf,
    valueIn: (answers, index) => valueOf(answers[index]),
    close: () => unleash.destroy(),
  };
}

function valueOf(answer: boolean | { readonly name: string }): unknown {
  return typeof answer === "boolean" ? answer : answer.name;
}

function half(key: string) {
  return { name: key, enabled: true, strategies: [strategy(key, 50)] };
}

function rules(key: string) {
  const conditions = [
    constraint("country", "IN", { values: w.COUNTRIES }),
    constraint("plan", "IN", { values: [w.PLAN] }),
    constraint("email", "STR_ENDS_WITH", { values: [w.EMAIL_END] }),
    constraint("appVersion", "SEMVER_GTE", { value: w.VERSION }),
  ];
  const split = w.SPLIT.map((name, at) => variant(name, (w.SHARES[at] ?? 0) * 10));
  return {
    name: key,
    enabled: true,
    strategies: [
      ...conditions.map((condition, at) =>
        strategy(key, 100, [condition], [variant(w.FIXED[at] ?? "", 1000)]),
      ),
      strategy(key, 100, [constraint("logins", "NUM_GT", { value: String(w.LOGINS) })], split),
      strategy(key, 100, [], [variant(w.NONE, 1000)]),
    ],
  };
}

function strategy(
  key: string,
  rollout: number,
  constraints: readonly object[] = [],
  variants: readonly object[] = [],
): any {
  const parameters = { groupId: key, rollout: String(rollout), stickiness: "userId" };
  return { name: "flexibleRollout", parameters, constraints, variants };
}

function constraint(contextName: string, operator: string, operand: object) {
  return { contextName, operator, inverted: false, caseInsensitive: false, values: [], ...operand };
}

function variant(name: string, weight: number) {
  return { name, weight, stickiness: "userId", payload: { type: "string", value: name } };
}
