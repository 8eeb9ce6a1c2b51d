import murmur from "imurmurhash";
import { LogicEngine } from "json-logic-engine";
import { gte } from "semver";
import * as w from "../workloads.ts";

const half = (key: string) => ({ "===": [{ split: [attribute("id"), key, 50, 100] }, 0] });
const rules = (key: string) => {
  const part = { split: [attribute("id"), key, 33, 66, 100] };
  const [a, b, c] = w.SPLIT;
  return {
    if: [
      { in: [attribute("country"), w.COUNTRIES] },
      w.FIXED[0],
      { "===": [attribute("plan"), w.PLAN] },
      w.FIXED[1],
      { ends_with: [attribute("email"), w.EMAIL_END] },
      w.FIXED[2],
      { semver_gte: [attribute("appVersion"), w.VERSION] },
      w.FIXED[3],
      { ">": [attribute("logins"), w.LOGINS] },
      { if: [{ "===": [part, 0] }, a, { "===": [part, 1] }, b, c] },
      w.NONE,
    ],
  };
};

/**
 * JSONLogic, compiled to JavaScript. It has no split, no SemVer and no "ends with" of its own;
 * the three are given to it as operators, in what they cost close to those of flagd.
 */
export function createEngine(): w.Engine<w.User> {
  const logic = new LogicEngine();
  logic.addMethod("split", ([unit, salt, ...ends]: [string, string, ...number[]]) => {
    const bucket = (murmur(salt + unit).result() / 2 ** 32) * 100;
    return ends.findIndex((end) => bucket < end);
  });
  logic.addMethod("ends_with", ([text, end]: [string, string]) => text.endsWith(end));
  logic.addMethod("semver_gte", ([version, least]: [string, string]) => gte(version, least));

  const builtHalf = logic.build(half(w.HALF_KEY));
  const builtRules = logic.build(rules(w.RULES_KEY));
  const builtAll = w.ALL_KEYS.map((key, at) => logic.build(w.isHalf(at) ? half(key) : rules(key)));
  return {
    name: "json-logic-engine, compiled",
    contextOf: (user) => user,
    half: builtHalf,
    rules: builtRules,
    all: (user) => builtAll.map((built) => built(user)),
    valueOf: (answer) => answer,
    valueIn: (answers, index) => answers[index],
  };
}

function attribute(name: keyof w.User) {
  return { var: name };
}
