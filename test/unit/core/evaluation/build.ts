import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import { epochMs } from "../../../../src/core/brand.ts";
import type { FlagDocument } from "../../../../src/core/documents/flag.ts";
import type { SegmentDocument } from "../../../../src/core/documents/segment.ts";
import { compileRuleset } from "../../../../src/core/evaluation/compile-ruleset.ts";
import type { EvaluationMoment } from "../../../../src/core/evaluation/context.ts";
import type { Ruleset } from "../../../../src/core/evaluation/ruleset.ts";
import type { Issue } from "../../../../src/core/issue.ts";
import type { Result } from "../../../../src/core/result.ts";

export const deps = { compilePattern: compileRe2 };
export const NOON: EvaluationMoment = { now: epochMs(1_767_268_800_000) };
export const ENVIRONMENT_SALT = "env-salt";

/** A boolean flag that is on for everyone; `parts` shows what matters. */
export function flag(parts: Partial<FlagDocument> = {}): FlagDocument {
  const key = parts.key ?? "new-nav";
  return {
    key,
    type: "boolean",
    variations: [
      { key: "on", value: true },
      { key: "off", value: false },
    ],
    enabled: true,
    offVariation: "off",
    killed: null,
    overrides: [],
    prerequisites: [],
    targets: [],
    rules: [],
    default: { variation: "on" },
    salt: key,
    clientVisible: false,
    ...parts,
  };
}

export function versioned(document: unknown, version = 1) {
  return { version, document };
}

/** A snapshot's unchecked text; documents are given plainly. */
export interface Parts {
  readonly flags?: readonly unknown[];
  readonly segments?: readonly unknown[];
  readonly experiments?: readonly unknown[];
  readonly holdouts?: readonly unknown[];
  readonly keys?: readonly unknown[];
}

const list = (documents: readonly unknown[] = []) => documents.map((each) => versioned(each));

export function snapshot(parts: Parts, revision = 1) {
  return {
    format: "switchyard.snapshot/1",
    environmentId: "a1b2c3d4",
    revision,
    acceptedAtMs: 1_767_225_600_000,
    salt: ENVIRONMENT_SALT,
    flags: list(parts.flags),
    segments: list(parts.segments),
    experiments: list(parts.experiments),
    holdouts: list(parts.holdouts),
    keys: list(parts.keys),
  };
}

export function compile(parts: Parts): Result<Ruleset, readonly Issue[]> {
  return compileRuleset(snapshot(parts), deps);
}

export function rulesetOf(parts: Parts): Ruleset {
  return must(compile(parts));
}

export function must<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 2));
  return result.value;
}

export function issuesOf(result: Result<unknown, readonly Issue[]>): readonly Issue[] {
  return result.ok ? [] : result.error;
}

interface Change {
  readonly kind: string;
  readonly key: string;
  readonly state: unknown;
}

export function delta(since: number, changes: readonly Change[]) {
  return {
    format: "switchyard.delta/1",
    environmentId: "a1b2c3d4",
    since,
    revision: since + 1,
    acceptedAtMs: 1_767_225_600_000 + since,
    changes,
  };
}

/** A segment of nobody, unless `parts` say otherwise. */
export function segment(key: string, parts: object = {}): SegmentDocument {
  return { key, included: [], excluded: [], rules: [], ...parts };
}
