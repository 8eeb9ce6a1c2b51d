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

  const decide = (subject: Subject): Cause => {
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
    const held = isIn(decide(subject));
    lastSubject = subject.serial;
    lastHeld = held;
    return held;
  };

  const explain = (subject: Subject, shown = new Set<string>()): SegmentTrace => {
    const cause = decide(subject);
    const unit = subject.unit(unitPath);
    const isShown = shown.has(key) || cause === "excluded" || cause === "included";
    shown.add(key);
    return {
      segment: key,
      held: isIn(cause),
      cause,
      attribute: unitPath.name,
      ...(unit === undefined ? {} : { unit }),
      ...(isShown ? {} : { rules: rules.map((rule) => rule.explain(subject, shown)) }),
    };
  };

  return { key, source, references, holds, explain };
}

function isIn(cause: Cause): boolean {
  return cause === "included" || cause === "rule";
}
