import { evaluate } from "@vercel/flags-core";
import * as w from "../workloads.ts";

interface Context {
  readonly user: w.User;
}

/**
 * The synchronous engine inside Vercel's client. It knows no SemVer: versions are compared as
 * texts, which for those of this workload gives the same order and is less work.
 */
export function createEngine(): w.Engine<Context> {
  const half = halfFlag(w.HALF_KEY);
  const rules = rulesFlag(w.RULES_KEY);
  const all = w.ALL_KEYS.map((key, at) => (w.isHalf(at) ? halfFlag(key) : rulesFlag(key)));
  return {
    name: "@vercel/flags-core",
    contextOf: (user) => ({ user }),
    half: (context) => ask(half, context),
    rules: (context) => ask(rules, context),
    all: (context) => all.map((definition) => ask(definition, context)),
    valueOf: (answer) => answer.value,
    valueIn: (answers, index) => answers[index].value,
  };
}

function ask(definition: any, entities: any): any {
  return evaluate({ definition, environment: "production", entities });
}

function split(weights: readonly number[]) {
  return { type: "split", base: ["user", "id"], weights, defaultVariant: 0 };
}

function halfFlag(key: string) {
  return {
    seed: seedOf(key),
    variants: [true, false],
    environments: { production: { fallthrough: split([50, 50]) } },
  };
}

function rulesFlag(key: string) {
  const conditions = [
    [["user", "country"], "oneOf", w.COUNTRIES],
    [["user", "plan"], "eq", w.PLAN],
    [["user", "email"], "endsWith", w.EMAIL_END],
    [["user", "appVersion"], "gte", w.VERSION],
  ];
  const weights = w.VARIATIONS.map((name) => w.SHARES[w.SPLIT.findIndex((s) => s === name)] ?? 0);
  return {
    seed: seedOf(key),
    variants: w.VARIATIONS,
    environments: {
      production: {
        rules: [
          ...conditions.map((condition, outcome) => ({ conditions: [condition], outcome })),
          { conditions: [[["user", "logins"], "gt", w.LOGINS]], outcome: split(weights) },
        ],
        fallthrough: w.VARIATIONS.indexOf(w.NONE),
      },
    },
  };
}

/** Any number, another for each flag. */
function seedOf(key: string): number {
  let seed = 7;
  for (const character of key) seed = (seed * 31 + character.charCodeAt(0)) % 2 ** 31;
  return seed;
}
