import { describe, expect, it } from "vitest";
import type { Command, CommandEnvelope } from "../../../../src/core/authority/command.ts";
import { applyDelta } from "../../../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import { evaluateAll, evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../../../src/core/evaluation/ruleset.ts";
import { anEnvironment } from "../authority/an-authority.ts";
import { newestOf, flag as flagFor, sdkKey, segment, rollout } from "../authority/builders.ts";
import { delta, deps, NOON, snapshot } from "./build.ts";
import { fuzzParts, fuzzRuleset } from "./fuzz-ruleset.ts";
import { Poison } from "./poison.ts";

/** 10,000 of each; POISON_RUNS=100000 asks for more, POISON_SEED for others. */
const RUNS = Number(process.env["POISON_RUNS"] ?? 10_000);
const SEED = Number(process.env["POISON_SEED"] ?? 20_261_121);
const TIMEOUT_MS = 60_000 + RUNS * 20;

const CONTEXTS = Array.from({ length: 20 }, (_, index) => ({
  targetingKey: index === 0 ? undefined : `user-${index}`,
  plan: ["pro", "free", 5, null, ["pro", 1]][index % 5],
  email: ["ann@example.org", "\ud800", ""][index % 3],
  age: [17, -0, 1e308, "17"][index % 4],
  version: ["1.2.3", "not.a.version"][index % 2],
  ip: ["10.1.2.3", "::1", "x"][index % 3],
  at: ["2025-05-05", 0, {}][index % 3],
  org: { id: index },
}));

/** Throws what evaluating throws: nothing, if what was accepted is usable. */
function use(ruleset: Ruleset): void {
  for (const context of CONTEXTS) {
    const all = evaluateAll(ruleset, context, NOON);
    if (all.length !== ruleset.flagsByKey.length) throw new Error("a flag has no answer");
    const [first] = all;
    if (first !== undefined) evaluateFlag(ruleset, first.flag, context, NOON);
  }
}

const keys = ["k1", "k2"].map((id) => {
  const { hint: _hint, name: _name, ...entry } = sdkKey(id);
  return entry;
});
const small = {
  ...fuzzParts,
  // Every way to answer is in the last ones; all leaves at once would hide the others.
  flags: [
    ...(fuzzParts.flags ?? []).filter((_, index) => index % 4 === 0),
    ...(fuzzParts.flags ?? []).slice(-9),
  ],
  keys,
};

describe("a poisoned configuration", () => {
  it("that reaches the compiler is refused, or evaluates", { timeout: TIMEOUT_MS }, () => {
    const poison = new Poison(SEED);
    const sound = snapshot(dedupe(small));
    expect(compileRuleset(sound, deps)).toMatchObject({ ok: true });
    let accepted = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const compiled = attempt(run, () => compileRuleset(poison.into(sound), deps));
      if (!compiled.ok) {
        expect(compiled.error.length).toBeGreaterThan(0);
        continue;
      }
      accepted += 1;
      attempt(run, () => use(compiled.value));
    }
    report("snapshots", accepted);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(RUNS);
  });

  it("that comes as a delta leaves the ruleset as it was", { timeout: TIMEOUT_MS }, () => {
    const poison = new Poison(SEED + 1);
    const answersBefore = JSON.stringify(
      CONTEXTS.map((each) => evaluateAll(fuzzRuleset, each, NOON)),
    );
    const changes = [
      ...(small.flags ?? []).slice(-6).map((document) => change("flag", document)),
      change("segment", small.segments?.[0]),
      change("experiment", small.experiments?.[0]),
      change("holdout", small.holdouts?.[0]),
      { kind: "flag", key: "static", state: null },
    ];
    const sound = delta(1, distinct(changes));
    expect(applyDelta(fuzzRuleset, sound, deps)).toMatchObject({ ok: true });
    let accepted = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const applied = attempt(run, () => applyDelta(fuzzRuleset, poison.into(sound), deps));
      if (!applied.ok) continue;
      accepted += 1;
      attempt(run, () => use(applied.value));
    }
    report("deltas", accepted);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(RUNS);
    expect(JSON.stringify(CONTEXTS.map((each) => evaluateAll(fuzzRuleset, each, NOON)))).toBe(
      answersBefore,
    );
  });

  it(
    "is refused by the authority, or served; revisions and log stay sound",
    { timeout: TIMEOUT_MS },
    () => {
      const poison = new Poison(SEED + 2, true);
      let environment = withContent();
      let accepted = 0;
      let verified = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const sound = commandFor(run, poison.oneOf(["on", "off"]));
        const before = environment.revision;
        const answer = attempt(run, () =>
          environment.apply(poisoned(poison, sound), { reason: "because" }),
        );
        const changed = answer.ok && answer.value.changed;
        if (environment.revision !== before + (changed ? 1 : 0)) throw new Error(`run ${run}`);
        if (changed) accepted += 1;
        if (!changed || accepted % 50 !== 0) continue;
        const served = compileRuleset(newestOf(environment.authority), deps);
        if (!served.ok) throw new Error(`run ${run}: what was accepted does not compile`);
        attempt(run, () => use(served.value));
        expect(environment.verify()).toMatchObject({ verified: true, fault: null });
        verified += 1;
        environment.database.close();
        environment = withContent();
      }
      environment.database.close();
      report("commands", accepted);
      expect(verified).toBeGreaterThan(0);
    },
  );

  const envelope: Partial<CommandEnvelope> = { reason: "because" };
  it.each([
    { title: "a nil rule", document: { ...flagFor("x"), rules: [null] } },
    { title: "nil rules", document: { ...flagFor("x"), rules: null } },
    { title: "nil variations", document: { ...flagFor("x"), variations: null } },
    { title: "a nil default", document: { ...flagFor("x"), default: null } },
    {
      title: "a nil outcome",
      document: { ...flagFor("x"), rules: [{ id: "r", if: {}, then: null }] },
    },
    { title: "a nil rollout", document: { ...flagFor("x"), default: { rollout: null } } },
    {
      title: "a nil share",
      document: { ...flagFor("x"), default: { rollout: { unit: "u", variations: [null] } } },
    },
    { title: "nothing at all", document: null },
  ])("a flag with $title is refused as an invalid document", ({ document }) => {
    const environment = anEnvironment();
    const command = asCommand({ kind: "flag.create", document });
    expect(environment.refusal(command, envelope)).toMatchObject({ kind: "invalid-document" });
    expect(environment.revision).toBe(1);
    environment.database.close();
  });
});

function attempt<T>(run: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`run ${run} with POISON_SEED=${SEED} threw`, { cause: error });
  }
}

const asCommand = (value: unknown) => value as Command;

/** A command is made by code, its documents by whoever asks. */
function poisoned(poison: Poison, sound: any): Command {
  const part = ["document", "patch", "key", "if"].find((name) => typeof sound[name] === "object");
  return part === undefined ? sound : { ...sound, [part]: poison.into(sound[part]) };
}

function withContent() {
  const environment = anEnvironment();
  environment.do({ kind: "segment.create", document: segment("beta") });
  environment.do({ kind: "flag.create", document: flagFor("targets") });
  environment.do({ kind: "flag.create", document: flagFor("unit", { default: rollout(30, 70) }) });
  environment.do({ kind: "key.issue", key: sdkKey("k1") });
  return environment;
}

/** Commands as they are meant; their kind survives most faults, so that they get far. */
function commandFor(run: number, variation: string): unknown {
  const rules = [{ id: "r1", if: { segment: "beta" }, then: rollout(20, 80) }];
  const document = flagFor(`f${run % 7}`, { rules, default: rollout(50, 50) });
  const patch = { rules, default: { variation }, targets: [], variations: document.variations };
  return [
    { kind: "flag.create", document },
    { kind: "flag.patch", key: "unit", expectedVersion: "any", patch },
    { kind: "flag.kill", key: "unit", variation },
    { kind: "flag.rollback", key: "unit", toRevision: 3 },
    { kind: "segment.create", document: segment(`s${run % 5}`, { rules: [{ segment: "beta" }] }) },
    {
      kind: "segment.patch",
      key: "beta",
      expectedVersion: "any",
      patch: { included: ["a"], rules: [{ attribute: "plan", operator: "eq", value: "pro" }] },
    },
    {
      kind: "override.add",
      flag: "targets",
      id: `o${run}`,
      if: { attribute: "plan", operator: "exists" },
      variation,
      expiresAtMs: null,
    },
    { kind: "key.issue", key: sdkKey(`k${run}`) },
  ][run % 8];
}

function dedupe(parts: typeof small): typeof small {
  const flags = distinct((parts.flags ?? []).map((document) => change("flag", document)));
  return { ...parts, flags: flags.map(({ state }) => state?.document) };
}

function change(kind: string, document: unknown) {
  const { key } = document as { readonly key: string };
  return { kind, key, state: { version: 2, document } };
}

function distinct<T extends { readonly kind: string; readonly key: string }>(
  list: readonly T[],
): readonly T[] {
  return [...new Map(list.map((each) => [`${each.kind} ${each.key}`, each])).values()];
}

function report(what: string, accepted: number): void {
  process.stdout.write(
    `poison: seed ${SEED}, ${RUNS} ${what}, ${accepted} accepted and usable, ` +
      `${RUNS - accepted} refused or without effect, 0 thrown\n`,
  );
}
