import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";

// YYYY-MM-DD, or that with THH:MM[:SS[.fraction]] and an offset: Z or ±HH:MM.
const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

const DAY_MS = 86_400_000;

/**
 * Reads an ISO 8601 date or date and time as milliseconds since the Unix epoch.
 *
 * A date alone is its first instant in UTC. A time needs its offset: without one it would mean
 * another instant on every machine. Years 0000 to 9999; of a fraction the digits after the
 * third, of nine at most, are cut off; no 24:00, no leap seconds. The error says what is wrong.
 */
export function parseInstant(text: string): Result<number, string> {
  const parts = FORM.exec(text);
  if (parts === null) return err("is not an ISO 8601 date such as 2026-01-31T09:30:00Z");
  const [, year = 0, month = 0, day = 0] = parts.map(Number);
  if (month < 1 || month > 12) return err(`has no month ${month}`);
  if (day < 1 || day > daysIn(year, month)) return err(`has no day ${day} in that month`);
  const start = daysSinceEpoch(year, month, day) * DAY_MS;
  if (parts[4] === undefined) return ok(start);
  const time = parseTime(parts);
  return time.ok ? ok(start + time.value) : time;
}

/** Milliseconds from the date's first instant in UTC; an offset can put it on another day. */
function parseTime(parts: RegExpExecArray): Result<number, string> {
  const [hour = 0, minute = 0, second = 0] = parts.slice(4, 7).map((digits) => Number(digits ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return err("has a time past 23:59:59");
  const offset = parts[8];
  if (offset === undefined) {
    return err("has a time without an offset; end it with Z for UTC, or with one like +02:00");
  }
  const offsetMinutes = minutesOf(offset);
  if (offsetMinutes === undefined) return err(`has the offset ${offset}, past 23:59`);
  const milliseconds = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return ok(((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + milliseconds);
}

function minutesOf(offset: string): number | undefined {
  if (offset === "Z") return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Gregorian calendar, counted in years that begin in March so that leap days come last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const fromEraStart = yearOfEra * 365 + leapDays + dayOfYear;
  return era * 146_097 + fromEraStart - 719_468;
}
