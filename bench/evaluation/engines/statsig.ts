import { StatsigServer, type StatsigUser } from "statsig-node";
import * as w from "../workloads.ts";

/**
 * Statsig's SDK for Node, without its log of exposures. A rule of it has one value, so 33/33/34 is
 * three rules, each with a share of the buckets, as its experiments are.
 */
export async function createEngine(): Promise<w.Engine<StatsigUser>> {
  const gates = [half(w.HALF_KEY), ...w.ALL_KEYS.filter((_, at) => w.isHalf(at)).map(half)];
  const configs = [rules(w.RULES_KEY), ...w.ALL_KEYS.filter((_, at) => !w.isHalf(at)).map(rules)];
  const statsig = new StatsigServer("secret-benchmark", {
    localMode: true,
    bootstrapValues: JSON.stringify({
      has_updates: true,
      time: 1,
      feature_gates: gates,
      dynamic_configs: configs,
      layer_configs: [],
    }),
    disableAllLogging: true,
    disableDiagnostics: true,
    disableIdListsSync: true,
    disableRulesetsSync: true,
    initStrategyForIDLists: "none",
    initStrategyForIP3Country: "none",
    logger: { warn: noop, error: noop, logLevel: "none" },
  });
  await statsig.initializeAsync();
  const gate = (user: StatsigUser, key: string) =>
    statsig.getFeatureGateWithExposureLoggingDisabledSync(user, key);
  const config = (user: StatsigUser, key: string) =>
    statsig.getConfigWithExposureLoggingDisabledSync(user, key);
  return {
    name: "statsig-node",
    contextOf: ({ id, email, country, appVersion, ...custom }) => ({
      userID: id,
      email,
      country,
      appVersion,
      custom,
    }),
    half: (user) => gate(user, w.HALF_KEY),
    rules: (user) => config(user, w.RULES_KEY),
    all: (user) =>
      w.ALL_KEYS.map((key, at) => (w.isHalf(at) ? gate(user, key) : config(user, key))),
    valueOf,
    valueIn: (answers, index) => valueOf(answers[index]),
    close: () => statsig.shutdown(),
  };
}

function noop(): void {}

function valueOf(answer: any): unknown {
  return typeof answer.value === "boolean" ? answer.value : answer.value.name;
}

function half(key: string) {
  const all = { ...condition("public", "", null, null) };
  return spec(key, "feature_gate", false, [rule(key, "half", [all], true, 50)]);
}

function rules(key: string) {
  const conditions = [
    condition("user_field", "country", "any_case_sensitive", w.COUNTRIES),
    condition("user_field", "plan", "any_case_sensitive", [w.PLAN]),
    condition("user_field", "email", "str_ends_with_any", [w.EMAIL_END]),
    condition("user_field", "appVersion", "version_gte", w.VERSION),
  ];
  const logins = condition("user_field", "logins", "gt", w.LOGINS);
  const bucketBelow = (end: number) => ({
    ...condition("user_bucket", "", "lt", end),
    additionalValues: { salt: key },
  });
  const [a, b, c] = w.SPLIT;
  return spec(key, "dynamic_config", { name: w.NONE }, [
    ...conditions.map((each, at) => {
      const name = w.FIXED[at] ?? "";
      return rule(key, name, [each], { name });
    }),
    rule(key, a, [logins, bucketBelow(330)], { name: a }),
    rule(key, b, [logins, bucketBelow(660)], { name: b }),
    rule(key, c, [logins], { name: c }),
  ]);
}

function spec(key: string, type: string, defaultValue: unknown, list: readonly object[]) {
  return {
    name: key,
    type,
    salt: key,
    enabled: true,
    defaultValue,
    idType: "userID",
    entity: type,
    rules: list,
  };
}

function rule(
  salt: string,
  id: string,
  conditions: readonly object[],
  returnValue: unknown,
  passPercentage = 100,
) {
  return {
    name: id,
    id,
    salt: `${salt}.${id}`,
    passPercentage,
    conditions,
    returnValue,
    idType: "userID",
  };
}

function condition(type: string, field: string, operator: string | null, targetValue: unknown) {
  return { type, field, operator, targetValue, additionalValues: {}, idType: "userID" };
}
