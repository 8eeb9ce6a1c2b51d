import { Subject } from "../conditions/subject.ts";
import type { CompiledFlag, CompiledPrerequisite } from "./compiled-flag.ts";
import type { EvaluationContext, EvaluationMoment } from "./context.ts";
import type { Evaluation, FlagEvaluation } from "./evaluation.ts";
import { FlagColumns } from "./flag-columns.ts";
import type { Ruleset } from "./ruleset.ts";

/**
 * Decides one flag for one context. Total: every answer, refusals included, is an `Evaluation`,
 * and the same arguments give the same one everywhere. Reads no clock and does no I/O.
 */
export function evaluateFlag(
  ruleset: Ruleset,
  key: string,
  context: EvaluationContext,
  moment: EvaluationMoment,
): Evaluation {
  const flag = ruleset.flags.get(key);
  return flag === undefined
    ? { kind: "not-found", flag: key }
    : evaluateOne(ruleset, flag, context, moment);
}

/** The same for whoever has looked the flag up already. */
export function evaluateOne(
  ruleset: Ruleset,
  flag: CompiledFlag,
  context: EvaluationContext,
  moment: EvaluationMoment,
): FlagEvaluation {
  if (flag.constant !== undefined) return flag.constant;
  const answer = flag.program?.answerFor(context);
  if (answer !== undefined) return answer;
  const subject = new Subject(context, moment);
  return decide(flag, ruleset, subject, moment.now);
}

/**
 * Decides flags of a ruleset for one context, in their order: all of them sorted by key, when none
 * are named. What is read and hashed of the context is shared between them, and so are prerequisites.
 */
export function evaluateAll(
  ruleset: Ruleset,
  context: EvaluationContext,
  moment: EvaluationMoment,
  flags: readonly CompiledFlag[] = ruleset.flagsByKey,
): FlagEvaluation[] {
  let all = themselves.get(flags);
  if (all === undefined) themselves.set(flags, (all = new AllFlags(flags, (answer) => answer)));
  return all.evaluate(ruleset, context, moment);
}

/**
 * The same for whoever makes something of each answer: it is made once, and found again without
 * looking at the answer, which would have to be fetched from memory.
 */
export class AllFlags<Made> {
  readonly #flags: readonly CompiledFlag[];
  readonly #make: (answer: FlagEvaluation) => Made;
  #wasAsked = false;
  #columns: FlagColumns<Made> | undefined;

  /**
   * @param flags a list that nobody changes. Rulesets share it as long as no flag of theirs changes.
   * @param make makes the same of the same answer, whatever ruleset it comes from.
   */
  constructor(flags: readonly CompiledFlag[], make: (answer: FlagEvaluation) => Made) {
    this.#flags = flags;
    this.#make = make;
  }

  /** @param ruleset one that has these flags. */
  evaluate(ruleset: Ruleset, context: EvaluationContext, moment: EvaluationMoment): Made[] {
    const make = this.#make;
    const subject = new Subject(context, moment, true);
    const alone = (flag: CompiledFlag) =>
      flag.constant ?? decide(flag, ruleset, subject, moment.now);
    if (!this.#wasAsked) {
      // The first time, laying them out would take longer than answering.
      this.#wasAsked = true;
      return this.#flags.map((flag) => make(alone(flag)));
    }
    this.#columns ??= new FlagColumns<Made>(this.#flags);
    return this.#columns.decide(subject, alone, make);
  }
}

const themselves = /* @__PURE__ */ new WeakMap<readonly CompiledFlag[], AllFlags<FlagEvaluation>>();

/** The steps in their order. A compiled ruleset has no cycles and no long chains. */
function decide(
  flag: CompiledFlag,
  ruleset: Ruleset,
  subject: Subject,
  now: number,
): FlagEvaluation {
  if (!flag.rulesOnly) {
    const answer = decideBeforeRules(flag, ruleset, subject, now);
    if (answer !== undefined) return answer;
  }
  for (const { condition, outcome } of flag.rules) {
    if (condition.holds(subject)) return outcome.decide(subject);
  }
  return flag.fallback.decide(subject);
}

function decideBeforeRules(
  flag: CompiledFlag,
  ruleset: Ruleset,
  subject: Subject,
  now: number,
): FlagEvaluation | undefined {
  for (const { expiresAt, condition, answer } of flag.overrides) {
    if (now < expiresAt && condition.holds(subject)) return answer;
  }
  for (const prerequisite of flag.prerequisites) {
    if (!isMet(prerequisite, ruleset, subject, now)) return flag.unmet;
  }
  for (const { attribute, answers } of flag.targets) {
    const unit = subject.unit(attribute);
    const answer = unit === undefined ? undefined : answers.get(unit);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function isMet(
  prerequisite: CompiledPrerequisite,
  ruleset: Ruleset,
  subject: Subject,
  now: number,
): boolean {
  const flag = ruleset.flags.get(prerequisite.flag);
  if (flag === undefined) return false;
  const answer = flag.constant ?? remembered(flag, ruleset, subject, now);
  return answer.kind === "served" && prerequisite.variations.has(answer.variation);
}

/** Each flag is decided once for a subject, however many flags and paths ask for it. */
function remembered(
  flag: CompiledFlag,
  ruleset: Ruleset,
  subject: Subject,
  now: number,
): FlagEvaluation {
  const { memo } = flag;
  if (memo.serial === subject.serial && memo.answer !== undefined) return memo.answer;
  const answer = decide(flag, ruleset, subject, now);
  memo.serial = subject.serial;
  memo.answer = answer;
  return answer;
}
