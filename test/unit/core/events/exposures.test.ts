import { describe, expect, it } from "vitest";
import type { FlagDocument } from "../../../../src/core/documents/flag.ts";
import { evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import type { ServedEvaluation } from "../../../../src/core/evaluation/evaluation.ts";
import { exposedUnit } from "../../../../src/core/events/exposed-unit.ts";
import { ExposureBuffer } from "../../../../src/core/events/exposure-buffer.ts";
import { flag, NOON, rulesetOf } from "../evaluation/build.ts";
import { ENVIRONMENT } from "./wire.ts";

/** A flag whose rule gives everyone a variation in an experiment. */
function experimental(unit: string, parts: Partial<FlagDocument> = {}): FlagDocument {
  const halves = [
    { key: "on", weight: 50 },
    { key: "off", weight: 50 },
  ];
  const rollout = { unit, experiment: "nav-test", salt: "nav-salt", variations: halves };
  const rule = { id: "r1", if: { attribute: "plan", operator: "eq", value: "pro" } };
  return flag({ rules: [{ ...rule, then: { rollout } } as never], ...parts });
}

function exposed(document: FlagDocument, context: Record<string, unknown>) {
  const experiment = { key: "nav-test" };
  const ruleset = rulesetOf({ flags: [document], experiments: [experiment] });
  const answer = evaluateFlag(ruleset, document.key, context, NOON);
  if (answer.kind !== "served") throw new Error(answer.kind);
  return { answer, unit: exposedUnit(ruleset, answer, context, NOON) };
}

describe("the unit that is exposed", () => {
  it("is the attribute that the rollout counts by", () => {
    const context = { targetingKey: "ada", company: { id: 42 }, plan: "pro" };
    const byKey = exposed(experimental("targetingKey"), context);
    expect(byKey).toMatchObject({ unit: "ada", answer: { experiment: "nav-test" } });
    expect(exposed(experimental("company.id"), context).unit).toBe("42");
  });

  it("is nobody when the answer belongs to no experiment", () => {
    const context = { targetingKey: "ada", plan: "free" };
    expect(exposed(experimental("targetingKey"), context).unit).toBeUndefined();
  });

  it("is nobody when everyone is served without being told apart", () => {
    const all = {
      unit: "company",
      experiment: "nav-test",
      salt: "nav-salt",
      variations: [{ key: "on", weight: 100 }],
    };
    const rule = { id: "r1", if: { attribute: "plan", operator: "eq", value: "pro" } };
    const document = flag({ rules: [{ ...rule, then: { rollout: all } } as never] });
    const { answer, unit } = exposed(document, { plan: "pro" });
    expect(answer.experiment).toBe("nav-test");
    expect(unit).toBeUndefined();
  });
});

const newId = () => "id";

describe("exposures", () => {
  const { answer } = exposed(experimental("targetingKey"), { targetingKey: "ada", plan: "pro" });

  it("say who was shown what, by which version and why, and nothing else of the context", () => {
    const buffer = new ExposureBuffer(10);
    buffer.add(ENVIRONMENT, answer, "ada", 77);
    expect(buffer.drain(newId).get(ENVIRONMENT)).toEqual([
      {
        kind: "exposure",
        id: "id",
        atMs: 77,
        targetingKey: "ada",
        flag: "new-nav",
        variation: answer.variation,
        flagVersion: 1,
        reason: "SPLIT",
        experiment: "nav-test",
        attributes: {},
      },
    ]);
  });

  it("of one unit to one answer are kept once, the first, until they are taken out", () => {
    const buffer = new ExposureBuffer(10);
    for (const atMs of [1, 2, 3]) buffer.add(ENVIRONMENT, answer, "ada", atMs);
    buffer.add(ENVIRONMENT, answer, "bob", 4);
    const events = buffer.drain(newId).get(ENVIRONMENT);
    expect(events?.map(({ atMs, targetingKey }) => [targetingKey, atMs])).toEqual([
      ["ada", 1],
      ["bob", 4],
    ]);
    expect(buffer.size).toBe(0);
    buffer.add(ENVIRONMENT, answer, "ada", 5);
    expect(buffer.size).toBe(1);
  });

  it("to another variation are kept beside the first", () => {
    const buffer = new ExposureBuffer(10);
    const other: ServedEvaluation = { ...answer, variation: "other" };
    buffer.add(ENVIRONMENT, answer, "ada", 1);
    buffer.add(ENVIRONMENT, other, "ada", 2);
    expect(buffer.size).toBe(2);
  });

  it("without room, or of a unit that is too long, are dropped and counted", () => {
    const buffer = new ExposureBuffer(1);
    buffer.add(ENVIRONMENT, answer, "x".repeat(513), 1);
    expect(buffer).toMatchObject({ size: 0, dropped: 1 });
    buffer.add(ENVIRONMENT, answer, "ada", 1);
    buffer.add(ENVIRONMENT, answer, "bob", 1);
    expect(buffer).toMatchObject({ size: 1, dropped: 2 });
  });
});
