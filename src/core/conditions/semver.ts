import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";

/** A SemVer 2.0 version without its build metadata, which has no precedence. */
export interface SemVer {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** The dot-separated identifiers after the hyphen; empty for a release. */
  readonly prerelease: readonly string[];
}

/** Keeps hostile texts from costing anything. */
const LONGEST_VERSION = 256;

const FORM = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;
const DIGITS = /^\d+$/;

const DOT = 0x2e;
const ZERO = 0x30;

/** Numbers of so many digits are below 2^17, so that three of them fit into a double exactly. */
const MOST_PLAIN_DIGITS = 5;
const PLACE = 2 ** 17;

/**
 * The rank of what nearly all versions are, three numbers of at most five digits: of two such, the
 * one of the higher rank comes later. `NaN` says nothing about the text: it may be a version all
 * the same.
 */
export function plainRank(text: string): number {
  const { length } = text;
  let rank = 0;
  let number = 0;
  let dots = 0;
  let start = 0;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (at === start || dots === 2) return Number.NaN;
      rank = rank * PLACE + number;
      dots += 1;
      start = at + 1;
      number = 0;
      continue;
    }
    const digit = code - ZERO;
    const isSecondAfterZero = number === 0 && at > start;
    if (!isDigit(digit) || isSecondAfterZero || at - start === MOST_PLAIN_DIGITS) {
      return Number.NaN;
    }
    number = number * 10 + digit;
  }
  return dots === 2 && start < length ? rank * PLACE + number : Number.NaN;
}

/** The same for a version; `NaN` when no plain text names it. */
export function rankOf({ major, minor, patch, prerelease }: SemVer): number {
  if (prerelease.length > 0 || Math.max(major, minor, patch) >= PLACE) return Number.NaN;
  return (major * PLACE + minor) * PLACE + patch;
}

/** The version that a plain text names; `undefined` when it is not plain. */
function plainVersion(text: string): SemVer | undefined {
  const rank = plainRank(text);
  if (Number.isNaN(rank)) return undefined;
  const place = (unit: number): number => Math.floor(rank / unit) % PLACE;
  return { major: place(PLACE ** 2), minor: place(PLACE), patch: place(1), prerelease: [] };
}

function isDigit(digit: number): boolean {
  return digit >= 0 && digit <= 9;
}

/**
 * Reads a SemVer 2.0 version: all three numbers, no leading `v`, no leading zeros, at most 256
 * characters, numbers up to 2^53 - 1. The error says what is wrong with it.
 */
export function parseSemVer(text: string): Result<SemVer, string> {
  const plain = plainVersion(text);
  if (plain !== undefined) return ok(plain);
  if (text.length > LONGEST_VERSION) return err(`is longer than ${LONGEST_VERSION} characters`);
  const parts = FORM.exec(text);
  if (parts === null) return err(`is not a SemVer version${hint(text)}`);
  const numbers = parts.slice(1, 4);
  const bad = numbers.find((digits) => versionNumber(digits) === undefined);
  if (bad !== undefined) return err(`has a leading zero or too large a number, ${bad}`);
  const prerelease = identifiersOf(parts[4]);
  const identifier = prerelease.find((part) => part === "" || hasLeadingZero(part));
  if (identifier !== undefined) return err(prereleaseProblem(identifier));
  if (identifiersOf(parts[5]).includes("")) return err("has an empty build identifier");
  const [major = 0, minor = 0, patch = 0] = numbers.map(Number);
  return ok({ major, minor, patch, prerelease });
}

function identifiersOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(".");
}

/** One of a version's three numbers; `undefined` with leading zeros or past 2^53 - 1. */
export function versionNumber(digits: string): number | undefined {
  if (!DIGITS.test(digits) || hasLeadingZero(digits)) return undefined;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Below zero when `a` precedes `b`, zero when they rank the same, else above zero. */
export function compareSemVer(a: SemVer, b: SemVer): number {
  return (
    a.major - b.major ||
    a.minor - b.minor ||
    a.patch - b.patch ||
    comparePrerelease(a.prerelease, b.prerelease)
  );
}

/** A release ranks above its prereleases; of two lists with one start, the longer ranks above. */
function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = compareIdentifiers(a[index] ?? "", b[index] ?? "");
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Numbers rank below words. They are compared as digits, so that none is too large. */
function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  const aIsNumber = DIGITS.test(a);
  if (aIsNumber !== DIGITS.test(b)) return aIsNumber ? -1 : 1;
  if (aIsNumber && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

function hasLeadingZero(part: string): boolean {
  return part.length > 1 && part.startsWith("0") && DIGITS.test(part);
}

function prereleaseProblem(identifier: string): string {
  if (identifier === "") return "has an empty prerelease identifier";
  return `has a leading zero in its prerelease identifier ${identifier}`;
}

function hint(text: string): string {
  if (/^[vV=]\d/.test(text)) return "; leave out the leading letter or sign";
  if (/^\d+(\.\d+)?$/.test(text)) return `; write ${text}${text.includes(".") ? ".0" : ".0.0"}`;
  return " such as 1.4.0 or 2.0.0-beta.1";
}
