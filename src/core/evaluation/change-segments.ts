import { compileSegments } from "../conditions/compile-segment.ts";
import type { SegmentMatcher } from "../conditions/condition-scope.ts";
import type { PatternCompiler } from "../conditions/pattern.ts";
import { documentPath, type StatesByKey } from "./check/check-snapshot.ts";
import type { Reporting } from "./check/guard.ts";

export interface ChangedSegments {
  readonly matchers: ReadonlyMap<string, SegmentMatcher>;
  /** Keys of all segments that exist, also when something is wrong with them. */
  readonly known: { has(key: string): boolean; keys(): Iterable<string> };
  /** Keys of those that are new, gone, or match otherwise than before. */
  readonly changed: ReadonlySet<string>;
}

/** The segments after their changes. When one of them is wrong, there are no matchers. */
export function changeSegments(
  base: ReadonlyMap<string, SegmentMatcher>,
  states: StatesByKey,
  deps: { readonly compilePattern: PatternCompiler },
  scope: Reporting,
): ChangedSegments {
  if (states.size === 0) return { matchers: base, known: base, changed: new Set() };
  const documents = new Map<string, unknown>();
  for (const [key, matcher] of base) documents.set(key, matcher.source);
  for (const [key, state] of states) {
    if (state === null) documents.delete(key);
    else documents.set(key, state.document);
  }
  const compiled = compileSegments(
    documents,
    { ...deps, pathOf: (key) => documentPath("segment", key) },
    base,
  );
  if (!compiled.ok) {
    scope.issues.push(...compiled.error.slice(0, 1_000));
    return { matchers: new Map(), known: documents, changed: new Set(states.keys()) };
  }
  const changed = new Set<string>();
  for (const key of base.keys()) if (!compiled.value.has(key)) changed.add(key);
  for (const [key, matcher] of compiled.value) {
    if (base.get(key) !== matcher) changed.add(key);
  }
  return { matchers: compiled.value, known: documents, changed };
}
