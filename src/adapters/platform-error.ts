import { isRecord } from "../core/json.ts";

/**
 * What a failed call to the platform means for whoever made it.
 *
 * - `overloaded`: it is too busy; trying again makes that worse.
 * - `reset`: the object went away, perhaps with the call half done. Try again with a new stub what
 *   may run twice.
 * - `retryable`: a passing fault. The same.
 * - `other`: nothing is known; trying again is no help.
 */
export type PlatformErrorKind = "overloaded" | "reset" | "retryable" | "other";

/** The one place that reads the platform's error properties and, where it has none, its texts. */
export function classifyPlatformError(error: unknown): PlatformErrorKind {
  const text = error instanceof Error ? error.message : String(error);
  // First, because an overload may be marked as retryable as well, and must not be retried.
  if (isMarked(error, "overloaded") || OVERLOADED.test(text)) return "overloaded";
  if (isMarked(error, "durableObjectReset") || RESET.test(text)) return "reset";
  if (isMarked(error, "retryable") || RETRYABLE.test(text)) return "retryable";
  return "other";
}

/** True when a call that may run twice should be made again, with a new stub and a wait. */
export function mayTryAgain(error: unknown): boolean {
  const kind = classifyPlatformError(error);
  return kind === "reset" || kind === "retryable";
}

function isMarked(error: unknown, property: string): boolean {
  return isRecord(error) && error[property] === true;
}

const OVERLOADED =
  /is overloaded|Too many requests (?:queued|for the same object)|generating too much load/;
const RESET =
  /reset because its code was updated|instance is no longer active|caused object to be reset/;
const RETRYABLE = /Network connection lost|\b429\b/;
