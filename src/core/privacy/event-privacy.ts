import type { IntakeEvent } from "../events/event.ts";
import { isRecord } from "../json.ts";
import { type MaskingMode, maskText } from "./mask.ts";
import { pseudonymOf } from "./pseudonym.ts";
import { UNIT_ATTRIBUTE, type Subject } from "./subject.ts";

/** What is done with an environment's events before they are kept. */
export interface EventPrivacy {
  /** Names of attributes that are dropped. */
  readonly privateAttributes: readonly string[];
  /** What becomes of personal data in the texts of the others. */
  readonly attributeMasking: MaskingMode;
  /** 32 random bytes: unit keys are stored hashed under it; `null`: as they were sent. */
  readonly pepper: Uint8Array | null;
}

/** The event as it may be kept. Doing it twice changes nothing. */
export function privateEvent(event: IntakeEvent, privacy: EventPrivacy): IntakeEvent {
  if (event.kind === "usage" || event.kind === "key-use") return event;
  const { privateAttributes, attributeMasking, pepper } = privacy;
  const attributes = Object.fromEntries(
    Object.entries(event.attributes)
      .filter(([name]) => !privateAttributes.includes(name))
      .map(([name, value]) => [
        name,
        typeof value === "string" ? maskText(value, attributeMasking) : value,
      ]),
  );
  const targetingKey =
    pepper === null ? event.targetingKey : pseudonymOf(pepper, event.targetingKey);
  return { ...event, targetingKey, attributes };
}

/** Recognises the events of one unit, as lines of JSON or parsed. */
export interface UnitMatcher {
  readonly isOf: (event: unknown) => boolean;
  readonly isLineOf: (line: string) => boolean;
  /** True when the key is in a text as JSON writes it, quotes included. */
  readonly isMentionedIn: (text: string) => boolean;
}

/**
 * The unit's events: those with its key, plain or hashed, and those with its value in the attribute
 * by which it is known. A line that is no JSON but has the key in it counts as the unit's.
 *
 * @param peppers of the environment, should keys be or have been hashed there.
 */
export function unitMatcher(subject: Subject, peppers: readonly Uint8Array[]): UnitMatcher {
  const keys = new Set([
    subject.value,
    ...peppers.map((pepper) => pseudonymOf(pepper, subject.value)),
  ]);
  const isOf = (event: unknown): boolean => {
    if (!isRecord(event)) return false;
    const { [UNIT_ATTRIBUTE]: key, attributes } = event;
    if (typeof key === "string" && keys.has(key)) return true;
    if (!isRecord(attributes) || !Object.hasOwn(attributes, subject.attribute)) return false;
    return String(attributes[subject.attribute]) === subject.value;
  };
  // What does not even hold the text is passed over unread: nearly all lines.
  const needles = [...keys].map((key) => JSON.stringify(key).slice(1, -1));
  const isLineOf = (line: string): boolean => {
    if (!needles.some((needle) => line.includes(needle))) return false;
    try {
      return isOf(JSON.parse(line));
    } catch {
      return true;
    }
  };
  const isMentionedIn = (text: string) => needles.some((needle) => text.includes(`"${needle}"`));
  return { isOf, isLineOf, isMentionedIn };
}
