import { parseInstant } from "../conditions/iso-date.ts";
import { err, ok, type Result } from "../result.ts";

/** The farthest moment that a date can have, in milliseconds from the Unix epoch. */
const FARTHEST_MS = 8.64e15;

/** Reads milliseconds since the Unix epoch or an ISO 8601 text. The error follows a field's name. */
export function readInstant(given: unknown): Result<number, string> {
  if (typeof given === "string") return parseInstant(given);
  return typeof given === "number" && Math.abs(given) <= FARTHEST_MS
    ? ok(given)
    : err("is not an ISO 8601 text or a number of milliseconds since 1970");
}
