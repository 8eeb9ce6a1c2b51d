import { parseAttributePath } from "../conditions/attribute-path.ts";
import type { CompiledCondition } from "../conditions/condition-scope.ts";
import { segmentReferences } from "../conditions/segment-references.ts";
import type { FlagDocument, Outcome, Target } from "../documents/flag.ts";
import type { Versioned } from "../documents/snapshot.ts";
import { invariant } from "../result.ts";
import { type AnswerLabels, Answers } from "./answers.ts";
import { refuse } from "./check/guard.ts";
import { checkFlag, type CheckedFlag, type FlagScope } from "./check-flag.ts";
import { compileOutcome, type OutcomeScope } from "./compile-outcome.ts";
import { ComparisonProgram } from "./comparison-program.ts";
import type { CompiledFlag, CompiledTargets } from "./compiled-flag.ts";
import type { FlagEvaluation } from "./evaluation.ts";

/** What compiling a flag needs from around it. */
export interface CompileFlagScope extends FlagScope, Pick<OutcomeScope, "schemeOf" | "gate"> {}

/**
 * Checks a flag document and makes it ready to be evaluated. Answers `undefined` when something
 * is wrong, with all of it in `scope.issues`; it never throws, whatever the input is.
 */
export function compileFlag(
  input: Versioned<unknown>,
  path: string,
  scope: CompileFlagScope,
): CompiledFlag | undefined {
  const checked = checkFlag(input.document, path, scope);
  if (checked === undefined || !areSaltsApart(checked.document, path, scope)) return undefined;
  const { document } = checked;
  const answers = new Answers(document, input.version);
  const outcomes = { answers, flagSalt: document.salt, schemeOf: scope.schemeOf, gate: scope.gate };
  const parts = {
    overrides: document.overrides.map(({ id, if: condition, then, expiresAt }) => ({
      id,
      condition: conditionOf(checked, condition),
      expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
      answer: answers.served(then.variation, labelled("override", id)),
    })),
    prerequisites: document.prerequisites.map(({ flag, variations }) => ({
      flag,
      variations: new Set(variations),
    })),
    unmet: answers.stopped(document.offVariation, "prerequisite"),
    targets: compileTargets(document.targets, answers),
    rules: document.rules.map(({ id, if: condition, then }) => ({
      id,
      condition: conditionOf(checked, condition),
      outcome: compileRuleOutcome(then, id, document, outcomes),
    })),
    fallback: compileOutcome(document.default, defaultLabels(document), undefined, outcomes),
  };
  const rulesOnly =
    document.overrides.length + document.prerequisites.length + document.targets.length === 0;
  return {
    key: document.key,
    version: input.version,
    type: document.type,
    clientVisible: document.clientVisible,
    document,
    constant: constantOf(document, answers),
    rulesOnly,
    ...parts,
    program: rulesOnly ? ComparisonProgram.of(parts.rules, parts.fallback) : null,
    segments: segmentsOf(document),
    experiments: experimentsOf(document),
    memo: { serial: 0, answer: undefined },
  };
}

/** The answer of a flag that does not look at the context. */
function constantOf(flag: FlagDocument, answers: Answers): FlagEvaluation | undefined {
  if (flag.killed !== null) return answers.stopped(flag.killed.variation, "killed");
  if (!flag.enabled) return answers.stopped(flag.offVariation, "off");
  const looks =
    flag.overrides.length + flag.prerequisites.length + flag.targets.length + flag.rules.length;
  if (looks > 0 || !("variation" in flag.default)) return undefined;
  return answers.served(flag.default.variation, defaultLabels(flag));
}

function labelled(cause: "override" | "rule" | "target", rule: string | null): AnswerLabels {
  return { reason: "TARGETING_MATCH", cause, rule, experiment: null };
}

function defaultLabels(flag: FlagDocument): AnswerLabels {
  const plain = flag.rules.length === 0 && flag.targets.length === 0;
  return { reason: plain ? "STATIC" : "DEFAULT", cause: "default", rule: null, experiment: null };
}

function compileRuleOutcome(
  then: Outcome,
  rule: string,
  flag: FlagDocument,
  scope: OutcomeScope,
): CompiledFlag["fallback"] {
  const labels = labelled("rule", rule);
  if (!("rollout" in then)) return compileOutcome(then, labels, undefined, scope);
  const rest = compileOutcome(flag.default, { ...labels, reason: "SPLIT" }, undefined, scope);
  return compileOutcome(then, labels, rest, scope);
}

/** Neighbours of one attribute become one table; their order with others stays. */
function compileTargets(targets: readonly Target[], answers: Answers): readonly CompiledTargets[] {
  const tables: { name: string; answers: Map<string, FlagEvaluation> }[] = [];
  for (const { attribute, variation, values } of targets) {
    let table = tables.at(-1);
    if (table?.name !== attribute) {
      table = { name: attribute, answers: new Map() };
      tables.push(table);
    }
    const answer = answers.served(variation, labelled("target", null));
    for (const value of values) table.answers.set(value, answer);
  }
  return tables.map((table) => ({
    attribute: parseAttributePath(table.name),
    answers: table.answers,
  }));
}

function conditionOf({ conditions }: CheckedFlag, source: unknown): CompiledCondition {
  const compiled = conditions.get(source);
  invariant(compiled !== undefined, "every condition of a checked flag is compiled");
  return compiled;
}

const NONE: ReadonlySet<string> = new Set();

function segmentsOf({ overrides, rules }: FlagDocument): ReadonlySet<string> {
  const keys = [...overrides, ...rules].flatMap((part) => segmentReferences(part.if));
  return keys.length === 0 ? NONE : new Set(keys);
}

function experimentsOf({ rules }: FlagDocument): ReadonlySet<string> {
  const keys: string[] = [];
  for (const { then } of rules) {
    if ("rollout" in then && then.rollout.experiment !== undefined) {
      keys.push(then.rollout.experiment);
    }
  }
  return keys.length === 0 ? NONE : new Set(keys);
}

/** A rollout that hashes like its layer or holdout would have its units drawn by it. */
function areSaltsApart(flag: FlagDocument, path: string, scope: CompileFlagScope): boolean {
  const before = scope.issues.length;
  for (const [index, { then }] of flag.rules.entries()) {
    if (!("rollout" in then) || then.rollout.experiment === undefined) continue;
    const { salt, experiment } = then.rollout;
    if (salt === undefined || scope.gate(experiment)?.salts.includes(salt) !== true) continue;
    refuse(scope, {
      path: `${path}/rules/${index}/then/rollout/salt`,
      code: "rollout.salt-taken",
      message:
        `the salt ${JSON.stringify(salt)} is also the key of a layer or holdout of the ` +
        `experiment ${JSON.stringify(experiment)}; give the rollout another one, or its ` +
        "variations would not be drawn independently",
    });
  }
  return scope.issues.length === before;
}
