import { parseAttributePath } from "./attribute-path.ts";
import type { CheckedSegment } from "./check-segment.ts";
import type { CompiledCondition, SegmentMatcher } from "./condition-scope.ts";
import type { Subject } from "./subject.ts";
import type { SegmentTrace } from "./trace.ts";

interface SegmentParts {
  readonly key: string;
  readonly source: unknown;
  readonly references: readonly string[];
  readonly checked: CheckedSegment;
  readonly rules: readonly CompiledCondition[];
}

type Cause = SegmentTrace["cause"];

/** Excluded before included before rules; no rule that holds: not in it. */
export function segmentMatcher(parts: SegmentParts): SegmentMatcher {
  const { key, source, references, rules } = parts;
  const unitPath = parseAttributePath(parts.checked.unit);
  const included: ReadonlySet<string> = new Set(parts.checked.included);
  const excluded: ReadonlySet<string> = new Set(parts.checked.excluded);
  const hasLists = included.size > 0 || excluded.size > 0;

  const cause = (subject: Subject): Cause => {
    const unit = hasLists ? subject.unit(unitPath) : undefined;
    if (unit !== undefined) {
      if (excluded.has(unit)) return "excluded";
      if (included.has(unit)) return "included";
    }
    for (const rule of rules) if (rule.holds(subject)) return "rule";
    return "no-rule";
  };

  // One segment is often asked for many times in a call: by many flags, and by other segments,
  // which without this could double the work with each level.
  let lastSubject = 0;
  let lastHeld = false;
  const holds = (subject: Subject): boolean => {
    if (subject.serial === lastSubject) return lastHeld;
    const held = isIn(cause(subject));
    lastSubject = subject.serial;
    lastHeld = held;
    return held;
  };

  return { key, source, references, unit: unitPath, rules, holds, cause };
}

/** Whether what decided lets the subject in. */
export function isIn(cause: Cause): boolean {
  return cause === "included" || cause === "rule";
}
