import { compileRe2 } from "../../src/adapters/patterns/re2.ts";
import { epochMs } from "../../src/core/brand.ts";
import type { FlagDocument, Rule } from "../../src/core/documents/flag.ts";
import { applyDelta } from "../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../src/core/evaluation/compile-ruleset.ts";
import { AllFlags, evaluateFlag } from "../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { halfFlag, rulesFlag, snapshotOf } from "../evaluation/engines/switchyard-flags.ts";
import { isHalf, USERS } from "../evaluation/workloads.ts";
import { median } from "../lib/quantile.ts";

export interface GrowthFigures {
  /** Nanoseconds per evaluation by number of flags, each evaluated in turn. */
  readonly byFlags: readonly {
    readonly flags: number;
    readonly one: number;
    readonly each: number;
  }[];
  /** Nanoseconds per evaluation by number of rules, of which only the last matches. */
  readonly byRules: readonly { readonly rules: number; readonly ns: number }[];
  /** Compiling the largest number of flags: milliseconds, and MB that stay in the heap. */
  readonly compileMs: number;
  readonly compileMb: number;
  /** Laying all of them out in columns, which the second question for all flags waits for; milliseconds. */
  readonly layOutMs: number;
  /** Applying a delta that switches one of them off, or takes a variation from it. */
  readonly switched: DeltaTimes;
  readonly narrowed: DeltaTimes;
}

/** In milliseconds. */
interface DeltaTimes {
  readonly median: number;
  readonly worst: number;
}

const FLAG_COUNTS = [10, 100, 1_000, 10_000];
const RULE_COUNTS = [1, 10, 100, 1_000];
/** Long, because systems count a thread's time in steps of some milliseconds. */
const SAMPLE_NS = 100_000_000;
/** Holds what the last call gave, so that no call is idle. */
const sink: { last: unknown } = { last: null };
const moment = { now: epochMs(1_767_268_800_000) };
const contexts = USERS.map(({ id, ...attributes }) => ({ targetingKey: id, ...attributes }));

/**
 * Run by `run.ts` in a process of its own with `--expose-gc`; prints one line of JSON. The
 * parameter is the time to spend on each evaluation figure, in milliseconds.
 */
const [ms = "1000"] = process.argv.slice(2);
const most = FLAG_COUNTS.at(-1) ?? 0;
const compiling = measureCompiling(most);
const largest = compile(flagsOf(most));
const figures: GrowthFigures = {
  ...compiling,
  layOutMs: measureLayingOut(largest),
  switched: measureDelta(largest, (flag) => ({ ...flag, enabled: false })),
  narrowed: measureDelta(largest, ({ variations, ...flag }) => ({
    ...flag,
    variations: variations.slice(0, 1),
    rules: [],
    default: { variation: variations[0]?.key ?? "" },
  })),
  byFlags: measureByFlags(),
  byRules: measureByRules(),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);

function measureCompiling(count: number) {
  // Of JSON text, as it arrives: documents made in this process would share their texts.
  const text = JSON.stringify(snapshotOf(flagsOf(count)));
  const times: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const snapshot: unknown = JSON.parse(text);
    const began = performance.now();
    compiledOrThrow(compileRuleset(snapshot, { compilePattern: compileRe2 }));
    times.push(performance.now() - began);
  }
  const before = heapMb();
  const kept = compiledOrThrow(compileRuleset(JSON.parse(text), { compilePattern: compileRe2 }));
  const compileMb = heapMb() - before;
  if (kept.flagsByKey.length !== count) throw new Error("Flags are missing.");
  return { compileMs: median(times), compileMb };
}

/** How much longer the second question for all flags takes than the third. */
function measureLayingOut(ruleset: Ruleset): number {
  const times = Array.from({ length: 7 }, () => {
    const allFlags = new AllFlags(ruleset.flagsByKey, (answer) => answer);
    const ask = () => {
      const began = performance.now();
      sink.last = allFlags.evaluate(ruleset, contextAt(0), moment);
      return performance.now() - began;
    };
    ask();
    const [second, third] = [ask(), ask()];
    return second - third;
  });
  return median(times);
}

/** Flags are switched on and off, as most changes are; or lose a variation, which others may name. */
function measureDelta(start: Ruleset, change: (flag: FlagDocument) => FlagDocument) {
  let ruleset = start;
  const times: number[] = [];
  for (let revision = 2; revision < 402; revision += 1) {
    const at = (revision * 37) % most;
    const document = change(flagAt(at));
    const delta = {
      format: "switchyard.delta/1",
      environmentId: "benchmark",
      since: revision - 1,
      revision,
      acceptedAtMs: 1_767_225_600_000 + revision,
      changes: [{ kind: "flag", key: document.key, state: { version: revision, document } }],
    };
    const began = performance.now();
    const applied = applyDelta(ruleset, delta, { compilePattern: compileRe2 });
    times.push(performance.now() - began);
    ruleset = compiledOrThrow(applied);
  }
  return { median: median(times), worst: Math.max(...times) };
}

function measureByFlags() {
  const rulesets = FLAG_COUNTS.map((flags) => ({ flags, ruleset: compile(flagsOf(flags)) }));
  const keys = rulesets.map(({ ruleset }) => ruleset.flagsByKey.map(({ key }) => key));
  return rulesets.map(({ flags, ruleset }, at) => ({
    flags,
    one: nanoseconds((turn) => evaluateFlag(ruleset, "flag-1", contextAt(turn), moment)),
    each: nanoseconds((turn) => {
      const key = keys[at]?.[turn % flags] ?? "";
      return evaluateFlag(ruleset, key, contextAt(turn), moment);
    }),
  }));
}

function measureByRules() {
  return RULE_COUNTS.map((rules) => {
    const flag = {
      ...rulesFlag("many"),
      rules: Array.from({ length: rules }, (_, at) => ruleAt(at, rules)),
    };
    const ruleset = compile([flag]);
    return {
      rules,
      ns: nanoseconds((turn) => evaluateFlag(ruleset, "many", contextAt(turn), moment)),
    };
  });
}

/** Only the last matches, and it matches everyone. */
function ruleAt(at: number, count: number): Rule {
  const value = at === count - 1 ? 0 : 1_000 + at;
  const condition = { attribute: "logins", operator: "gt", value } as const;
  return { id: `rule-${at}`, if: condition, then: { variation: "country" } };
}

/**
 * The median of samples of thousands of calls each, after one that does not count. Time that the
 * thread spent on a processor: these figures are compared with each other.
 */
function nanoseconds(operation: (turn: number) => unknown): number {
  const run = (count: number): number => {
    const began = process.threadCpuUsage();
    for (let turn = 0; turn < count; turn += 1) sink.last = operation(turn);
    const { user, system } = process.threadCpuUsage(began);
    return ((user + system) / count) * 1_000;
  };
  run(20_000);
  const perCall = Math.max(run(20_000), 20);
  const count = Math.max(5_000, Math.round(SAMPLE_NS / perCall));
  const samples: number[] = [];
  const until = performance.now() + Number(ms);
  while (performance.now() < until || samples.length < 5) samples.push(run(count));
  return median(samples);
}

function contextAt(turn: number) {
  return contexts[turn % contexts.length] ?? {};
}

function flagsOf(count: number): readonly FlagDocument[] {
  return Array.from({ length: count }, (_, at) => flagAt(at));
}

function flagAt(at: number): FlagDocument {
  return isHalf(at) ? halfFlag(`flag-${at}`) : rulesFlag(`flag-${at}`);
}

function compile(flags: readonly FlagDocument[]): Ruleset {
  return compiledOrThrow(compileRuleset(snapshotOf(flags), { compilePattern: compileRe2 }));
}

function compiledOrThrow(compiled: ReturnType<typeof compileRuleset>): Ruleset {
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error[0]));
  return compiled.value;
}

function heapMb(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
}
