import type { FlagPatch, SegmentPatch } from "../authority/command.ts";
import type { Condition } from "../documents/condition.ts";
import type { FlagDocument, Target } from "../documents/flag.ts";
import type { SegmentDocument } from "../documents/segment.ts";
import { childPointer } from "../json-pointer.ts";
import { mentionsOf } from "./mentions.ts";
import { namesSubject, pruneCondition } from "./prune-condition.ts";
import { SHORTEST_MENTION, UNIT_ATTRIBUTE, type Subject } from "./subject.ts";

/** Where a document names a unit, and what takes the unit out of it. */
export interface DocumentErasure<Patch> {
  /** JSON Pointers of every place in the document as it is. */
  readonly places: readonly string[];
  /** `null`: no patch is needed. */
  readonly patch: Patch | null;
  /** Ids of overrides that are about the unit alone. */
  readonly overrides: readonly string[];
  /**
   * Places in the document without the unit that a person must look at: what would be left there has
   * another meaning for others, or it is text.
   */
  readonly kept: readonly string[];
}

/** Lists lose the unit, rules lose its value, and rules about it alone are gone. */
export function eraseFromSegment(
  segment: SegmentDocument,
  subject: Subject,
): DocumentErasure<SegmentPatch> {
  const isUnit = (segment.unit ?? UNIT_ATTRIBUTE) === subject.attribute;
  const lists = isUnit ? (["included", "excluded"] as const) : [];
  const listed = lists.filter((name) => segment[name].includes(subject.value));
  const without = listed.map(
    (name) => [name, segment[name].filter((unit) => unit !== subject.value)] as const,
  );
  const rules = pruneRules(segment.rules, (rule) => rule, withIf, "/rules", subject);
  const patch: SegmentPatch = {
    ...Object.fromEntries(without),
    ...(rules.changed && { rules: rules.left }),
  };
  const places = [...listed.map((name) => `/${name}`), ...rules.places];
  const after = { ...segment, ...patch };
  return {
    places: [...places, ...mentions(after, subject, places)],
    patch: Object.keys(patch).length > 0 ? patch : null,
    overrides: [],
    kept: [...rules.kept, ...mentions(after, subject, rules.kept)],
  };
}

const withIf = (_: Condition, condition: Condition): Condition => condition;

/** Targets, rules and overrides, in the same way. */
export function eraseFromFlag(flag: FlagDocument, subject: Subject): DocumentErasure<FlagPatch> {
  const targeted = flag.targets.flatMap((target, index) =>
    isTargeted(target, subject) ? [childPointer("/targets", index)] : [],
  );
  const targets = flag.targets
    .map((target) =>
      isTargeted(target, subject)
        ? { ...target, values: target.values.filter((value) => value !== subject.value) }
        : target,
    )
    .filter(({ values }) => values.length > 0);
  const rules = pruneRules(
    flag.rules,
    (rule) => rule.if,
    (rule, condition) => ({ ...rule, if: condition }),
    "/rules",
    subject,
  );
  const overrides = findOverrides(flag, subject);
  const patch: FlagPatch = {
    ...(targeted.length > 0 && { targets }),
    ...(rules.changed && { rules: rules.left }),
  };
  const places = [...targeted, ...rules.places, ...overrides.places];
  const stay = [...rules.kept, ...overrides.kept];
  const left = flag.overrides.filter(({ id }) => !overrides.own.includes(id));
  const after = { ...flag, ...patch, overrides: left };
  return {
    places: [...places, ...mentions(after, subject, places)],
    patch: Object.keys(patch).length > 0 ? patch : null,
    overrides: overrides.own,
    kept: [...stay, ...mentions(after, subject, stay)],
  };
}

const isTargeted = (target: Target, { attribute, value }: Subject): boolean =>
  target.attribute === attribute && target.values.includes(value);

function findOverrides(flag: FlagDocument, subject: Subject) {
  const places: string[] = [];
  const own: string[] = [];
  const kept: string[] = [];
  for (const [index, override] of flag.overrides.entries()) {
    if (!namesSubject(override.if, subject)) continue;
    const place = childPointer("/overrides", index);
    places.push(place);
    if (pruneCondition(override.if, subject) === "never") own.push(override.id);
    else kept.push(childPointer("/overrides", index - own.length));
  }
  return { places, own, kept };
}

function pruneRules<Rule>(
  rules: readonly Rule[],
  conditionOf: (rule: Rule) => Condition,
  withCondition: (rule: Rule, condition: Condition) => Rule,
  path: string,
  subject: Subject,
) {
  const places: string[] = [];
  const kept: string[] = [];
  const left: Rule[] = [];
  for (const [index, rule] of rules.entries()) {
    const condition = conditionOf(rule);
    if (!namesSubject(condition, subject)) {
      left.push(rule);
      continue;
    }
    const place = childPointer(path, index);
    places.push(place);
    const pruned = pruneCondition(condition, subject);
    if (pruned === "never") continue;
    const canGo = pruned !== "always" && !namesSubject(pruned, subject);
    if (!canGo) kept.push(childPointer(path, left.length));
    left.push(canGo ? withCondition(rule, pruned) : rule);
  }
  return { places, kept, left, changed: places.length > kept.length };
}

/** Other texts of the document in which the unit is written, outside the places that are known. */
function mentions(document: unknown, subject: Subject, known: readonly string[]): string[] {
  if (subject.value.length < SHORTEST_MENTION) return [];
  return mentionsOf(document, subject.value).filter(
    (place) => !known.some((each) => place === each || place.startsWith(`${each}/`)),
  );
}
