import { LIMITS } from "../documents/limits.ts";
import type { Issue } from "../issue.ts";
import { childPointer } from "../json-pointer.ts";
import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";
import { checkSegment } from "./check-segment.ts";
import { compileCondition } from "./compile-condition.ts";
import type { CompiledCondition, SegmentMatcher, SegmentRefusal } from "./condition-scope.ts";
import type { PatternCompiler } from "./pattern.ts";
import { wayBack } from "./segment-circle.ts";
import { segmentMatcher } from "./segment-matcher.ts";

interface SegmentDeps {
  readonly compilePattern: PatternCompiler;
  /** JSON Pointer of a segment in what the caller checks; absent: `/segments/<key>`. */
  readonly pathOf?: (key: string) => string;
}

/** How deep segments may refer to segments: a segment without references is one level. */
const DEEPEST = LIMITS.conditionDepth;

/**
 * Compiles all segments of an environment, by key, or says everything that is wrong with them,
 * references to unknown segments and cycles among them included.
 *
 * With `previous`, a segment whose document is the same object, and whose references are
 * unchanged in the same sense, keeps its matcher. So after a change, what names a segment needs
 * to be compiled anew exactly when that segment's matcher is another one than before. A cycle
 * that one changed segment closes is reported in that segment.
 */
export function compileSegments(
  documents: ReadonlyMap<string, unknown>,
  deps: SegmentDeps,
  previous?: ReadonlyMap<string, SegmentMatcher>,
): Result<ReadonlyMap<string, SegmentMatcher>, readonly Issue[]> {
  const compiler = new SegmentCompiler(documents, deps, previous ?? new Map());
  return compiler.compileAll();
}

interface Compiled {
  readonly matcher: SegmentMatcher;
  /** Levels of segments, this one included. */
  readonly height: number;
}

/** Goes depth first along the references; `#path` is where it stands. */
class SegmentCompiler {
  readonly #documents: ReadonlyMap<string, unknown>;
  readonly #deps: SegmentDeps;
  readonly #previous: ReadonlyMap<string, SegmentMatcher>;
  readonly #issues: Issue[] = [];
  readonly #path: string[] = [];
  /** `undefined` for a segment that was found to be bad. */
  readonly #done = new Map<string, Compiled | undefined>();

  constructor(
    documents: ReadonlyMap<string, unknown>,
    deps: SegmentDeps,
    previous: ReadonlyMap<string, SegmentMatcher>,
  ) {
    this.#documents = documents;
    this.#deps = deps;
    this.#previous = previous;
  }

  compileAll(): Result<ReadonlyMap<string, SegmentMatcher>, readonly Issue[]> {
    const matchers = new Map<string, SegmentMatcher>();
    for (const key of this.#documents.keys()) {
      const compiled = this.#compile(key);
      if (compiled !== undefined) matchers.set(key, compiled.matcher);
    }
    return this.#issues.length === 0 ? ok(matchers) : err(this.#issues);
  }

  #compile(key: string): Compiled | undefined {
    if (this.#done.has(key)) return this.#done.get(key);
    this.#path.push(key);
    const compiled = this.#reuse(key) ?? this.#compileAnew(key);
    this.#path.pop();
    this.#done.set(key, compiled);
    return compiled;
  }

  #reuse(key: string): Compiled | undefined {
    const matcher = this.#unchanged(key);
    if (matcher === undefined) return undefined;
    let height = 1;
    for (const reference of matcher.references) {
      if (!this.#documents.has(reference) || this.#refusalOf(reference) !== undefined) {
        return undefined;
      }
      const compiled = this.#compile(reference);
      if (compiled === undefined || compiled.matcher !== this.#previous.get(reference)) {
        return undefined;
      }
      height = Math.max(height, compiled.height + 1);
    }
    return height > DEEPEST ? undefined : { matcher, height };
  }

  #compileAnew(key: string): Compiled | undefined {
    const source = this.#documents.get(key);
    const path = this.#deps.pathOf?.(key) ?? childPointer("/segments", key);
    const issuesBefore = this.#issues.length;
    const checked = checkSegment(source, key, path, this.#issues);
    if (checked === undefined) return undefined;
    const references = new Map<string, Compiled>();
    const rules: CompiledCondition[] = [];
    const deadEnds = new Set<string>();
    const scope = {
      issues: this.#issues,
      compilePattern: this.#deps.compilePattern,
      segment: (reference: string) =>
        this.#closes(key, reference, deadEnds) ?? this.#refer(reference, references),
      segmentKeys: () => this.#documents.keys(),
      budget: { nodes: LIMITS.conditionNodesPerFlag },
    };
    for (const [index, rule] of checked.rules.entries()) {
      const compiled = compileCondition(rule, `${path}/rules/${index}`, scope);
      if (compiled !== undefined) rules.push(compiled);
      if (scope.budget.nodes < 0) break;
    }
    // A rule can be refused without an issue of its own: its reference has one elsewhere.
    if (rules.length !== checked.rules.length || this.#issues.length > issuesBefore) {
      return undefined;
    }
    const heights = [...references.values()].map((compiled) => compiled.height);
    const parts = { key, source, references: [...references.keys()], checked, rules };
    return { matcher: segmentMatcher(parts), height: Math.max(0, ...heights) + 1 };
  }

  /**
   * Refuses a reference of a changed segment from which unchanged ones lead back to it. Where the
   * walk itself would notice the cycle depends on where it began, and may be a segment that is as
   * good as it was.
   */
  #closes(key: string, reference: string, deadEnds: Set<string>): SegmentRefusal | undefined {
    if (this.#unchanged(key) !== undefined) return undefined;
    const referencesOf = (each: string) => this.#unchanged(each)?.references ?? [];
    const way = wayBack(reference, key, referencesOf, deadEnds);
    return way === null ? undefined : circle([key, ...way]);
  }

  /** The matcher of a segment whose document is the one it was compiled from. */
  #unchanged(key: string): SegmentMatcher | undefined {
    const matcher = this.#previous.get(key);
    return matcher?.source === this.#documents.get(key) ? matcher : undefined;
  }

  /** What a rule of the segment at the end of the path gets for a segment it names. */
  #refer(
    key: string,
    references: Map<string, Compiled>,
  ): SegmentMatcher | SegmentRefusal | undefined {
    if (!this.#documents.has(key)) return undefined;
    const refusal = this.#refusalOf(key);
    if (refusal !== undefined) return refusal;
    const compiled = this.#compile(key);
    if (compiled === undefined) return { refusal: null };
    if (compiled.height + 1 > DEEPEST) {
      return tooDeep([this.#path.at(-1) ?? "", key]);
    }
    references.set(key, compiled);
    return compiled.matcher;
  }

  #refusalOf(key: string): SegmentRefusal | undefined {
    if (this.#done.has(key)) return undefined;
    const start = this.#path.indexOf(key);
    if (start >= 0) return circle([...this.#path.slice(start), key]);
    return this.#path.length >= DEEPEST ? tooDeep([...this.#path, key]) : undefined;
  }
}

function circle(way: readonly string[]): SegmentRefusal {
  const message = `segments refer to each other in a circle: ${way.join(" → ")}; take one reference out`;
  return { refusal: { code: "segment.cycle", message } };
}

function tooDeep(path: readonly string[]): SegmentRefusal {
  const message =
    `segments refer to segments more than ${DEEPEST} levels deep at ${path.join(" → ")}; ` +
    "put the inner rules into one segment";
  return { refusal: { code: "segment.too-deep", message } };
}
