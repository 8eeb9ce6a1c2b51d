import { describe, expect, it } from "vitest";
import { epochMs } from "../../../../src/core/brand.ts";
import type {
  EvaluationContext,
  EvaluationMoment,
  PlatformAttributes,
} from "../../../../src/core/evaluation/context.ts";
import { evaluateAll, evaluateFlag } from "../../../../src/core/evaluation/evaluate.ts";
import { explainFlag } from "../../../../src/core/evaluation/explain-flag.ts";
import vectors from "../../../vectors/evaluation.json" with { type: "json" };
import { ENVIRONMENT_SALT, rulesetOf } from "./build.ts";

interface Row {
  readonly name: string;
  readonly flags: readonly { readonly key?: string; readonly type?: string }[];
  readonly segments?: readonly unknown[];
  readonly experiments?: readonly unknown[];
  readonly holdouts?: readonly unknown[];
  readonly flag: string;
  readonly context: EvaluationContext;
  readonly now: number;
  readonly platform?: PlatformAttributes;
  readonly expected: { readonly kind: string };
}

function expectedOf({ flag, flags, expected }: Row): object {
  if (expected.kind === "not-found") return { ...expected, flag };
  const document = flags.map((each) => ({ ...vectors.base, ...each })).find((f) => f.key === flag)!;
  const type = expected.kind === "served" ? { type: document.type } : {};
  return { ...expected, ...type, flag, version: 1 };
}

function prepare({ flags, segments, experiments, holdouts, now, platform }: Row) {
  const documents = flags.map((each) => {
    const whole = { ...vectors.base, ...each };
    return { salt: whole.key, ...whole };
  });
  const ruleset = rulesetOf({
    flags: documents,
    ...(segments && { segments }),
    ...(experiments && { experiments }),
    ...(holdouts && { holdouts }),
  });
  const moment: EvaluationMoment = { now: epochMs(now), ...(platform && { platform }) };
  return { ruleset, moment };
}

describe("evaluation vectors", () => {
  it("are made for the environment salt that the tests use", () => {
    expect(vectors.environmentSalt).toBe(ENVIRONMENT_SALT);
  });

  it.each(vectors.rows as unknown as Row[])("$name", (row) => {
    const { ruleset, moment } = prepare(row);
    const expected = expectedOf(row);
    expect(evaluateFlag(ruleset, row.flag, row.context, moment)).toEqual(expected);
    expect(explainFlag(ruleset, row.flag, row.context, moment).evaluation).toEqual(expected);
    const all = evaluateAll(ruleset, row.context, moment);
    expect(
      all.find(({ flag }) => flag === row.flag) ?? { kind: "not-found", flag: row.flag },
    ).toEqual(expected);
  });
});
