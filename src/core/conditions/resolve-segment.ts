import type { ConditionScope, SegmentMatcher } from "./condition-scope.ts";
import { hintOf } from "./nearest-name.ts";
import { shown } from "./shown.ts";

/** The segment that a condition names; on `undefined` it has been reported why there is none. */
export function resolveSegment(
  key: string,
  path: string,
  scope: ConditionScope,
): SegmentMatcher | undefined {
  const found = scope.segment(key);
  if (found === undefined) {
    const next = hintOf(key, scope.segmentKeys?.() ?? [], "create it first");
    const message = `there is no segment ${shown(key)}; ${next}`;
    scope.issues.push({ path, code: "condition.unknown-segment", message });
    return undefined;
  }
  if ("refusal" in found) {
    if (found.refusal !== null) scope.issues.push({ path, ...found.refusal });
    return undefined;
  }
  return found;
}
