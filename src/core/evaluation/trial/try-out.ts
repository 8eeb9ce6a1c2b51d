import { epochMs } from "../../brand.ts";
import type { Issue } from "../../issue.ts";
import { canonicalJson } from "../../json.ts";
import { documentPath } from "../check/check-snapshot.ts";
import type { CompiledFlag } from "../compiled-flag.ts";
import { evaluateFlag } from "../evaluate.ts";
import type { Evaluation } from "../evaluation.ts";
import type { Ruleset } from "../ruleset.ts";
import { CORPUS, type TrialContext } from "./corpus.ts";

/**
 * Evaluates flags for every context of the corpus: those that are others than in `before`, and those
 * that depend on them. The first answer that cannot be given, or that no client could use, is the
 * issue; `null`: all is well.
 */
export function tryOut(ruleset: Ruleset, before: Ruleset | null): Issue | null {
  const moment = { now: epochMs(ruleset.acceptedAtMs) };
  for (const flag of concerned(ruleset, before)) {
    for (const trial of CORPUS) {
      const fault = faultOf(flag, () => evaluateFlag(ruleset, flag.key, trial.context, moment));
      if (fault !== null) return issueOf(flag, trial, fault);
    }
  }
  return null;
}

/** What is wrong with an answer, in words; `null`: nothing. */
function faultOf(flag: CompiledFlag, decide: () => Evaluation): string | null {
  try {
    return malformed(flag, decide());
  } catch (error) {
    return `evaluating it failed: ${String(error)}`;
  }
}

function malformed(flag: CompiledFlag, answer: Evaluation): string | null {
  if (answer.flag !== flag.key) return `the answer is for ${JSON.stringify(answer.flag)}`;
  switch (answer.kind) {
    case "served": {
      const variation = flag.document.variations.find(({ key }) => key === answer.variation);
      if (variation === undefined) return `it has no variation ${JSON.stringify(answer.variation)}`;
      const isRight =
        answer.value === variation.value ||
        canonicalJson(answer.value) === canonicalJson(variation.value);
      return isRight && answer.type === flag.type ? null : "the value is not the variation's";
    }
    case "unit-missing":
      return answer.attribute === "" ? "the unit that is missing has no name" : null;
    case "disabled":
      return null;
    case "not-found":
      return "it was not found";
    default:
      return `the answer is of no known kind: ${JSON.stringify(answer satisfies never)}`;
  }
}

function issueOf({ key }: CompiledFlag, { name }: TrialContext, fault: string): Issue {
  return {
    path: documentPath("flag", key),
    code: "evaluation.failed",
    message: `a user with ${name} could not be answered: ${fault}`,
  };
}

/** Flags that are others than before, and those whose answers depend on them. */
function concerned(ruleset: Ruleset, before: Ruleset | null): readonly CompiledFlag[] {
  if (before === null) return ruleset.flagsByKey;
  const changed = new Set<string>();
  for (const flag of ruleset.flagsByKey) {
    if (before.flags.get(flag.key) !== flag) changed.add(flag.key);
  }
  if (changed.size === 0) return [];
  const depending = ruleset.flagsByKey.filter(({ prerequisites }) => prerequisites.length > 0);
  for (let known = 0; known < changed.size;) {
    known = changed.size;
    for (const { key, prerequisites } of depending) {
      if (prerequisites.some(({ flag }) => changed.has(flag))) changed.add(key);
    }
  }
  return ruleset.flagsByKey.filter(({ key }) => changed.has(key));
}
