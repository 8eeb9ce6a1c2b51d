import { FlagdCore } from "@openfeature/flagd-core";
import * as w from "../workloads.ts";

type Context = Record<string, string | number>;

const QUIET = { error: noop, warn: noop, info: noop, debug: noop };

/** Where code may not be generated, it interprets. */
const IN_WORKER = globalThis.navigator?.userAgent === "Cloudflare-Workers";

/** flagd's evaluator for JavaScript, which compiles its targeting with json-logic-engine. */
export function createEngine(): w.Engine<Context> {
  const single = coreOf({ [w.HALF_KEY]: half(w.HALF_KEY), [w.RULES_KEY]: rules(w.RULES_KEY) });
  const all = coreOf(
    Object.fromEntries(w.ALL_KEYS.map((key, at) => [key, w.isHalf(at) ? half(key) : rules(key)])),
  );
  return {
    name: "@openfeature/flagd-core",
    contextOf: ({ id, ...attributes }) => ({ targetingKey: id, ...attributes }),
    half: (context) => single.resolveBooleanEvaluation(w.HALF_KEY, false, context, QUIET),
    rules: (context) => single.resolveStringEvaluation(w.RULES_KEY, "", context, QUIET),
    all: (context) => all.resolveAll(context, QUIET),
    valueOf: (answer) => answer.value,
    valueIn: (answers, index) =>
      answers.find((each: { flagKey: string }) => each.flagKey === w.ALL_KEYS[index])?.value,
  };
}

function noop(): void {}

function coreOf(flags: object): FlagdCore {
  const core = new FlagdCore(undefined, QUIET, { disableDynamicCodeGeneration: IN_WORKER });
  core.setConfigurations(JSON.stringify({ flags }));
  return core;
}

const unit = (key: string) => ({ cat: [key, { var: "targetingKey" }] });

function half(key: string) {
  return {
    state: "ENABLED",
    variants: { on: true, off: false },
    defaultVariant: "off",
    targeting: { fractional: [unit(key), ["on", 50], ["off", 50]] },
  };
}

function rules(key: string) {
  return {
    state: "ENABLED",
    variants: Object.fromEntries(w.VARIATIONS.map((name) => [name, name])),
    defaultVariant: w.NONE,
    targeting: {
      if: [
        { in: [{ var: "country" }, w.COUNTRIES] },
        w.FIXED[0],
        { "==": [{ var: "plan" }, w.PLAN] },
        w.FIXED[1],
        { ends_with: [{ var: "email" }, w.EMAIL_END] },
        w.FIXED[2],
        { sem_ver: [{ var: "appVersion" }, ">=", w.VERSION] },
        w.FIXED[3],
        { ">": [{ var: "logins" }, w.LOGINS] },
        { fractional: [unit(key), ...w.SPLIT.map((name, at) => [name, w.SHARES[at]])] },
        w.NONE,
      ],
    },
  };
}
