import type { Operator } from "../documents/condition.ts";
import { assertNever } from "../result.ts";
import { readings } from "./readings.ts";
import { compareSemVer, plainRank, rankOf } from "./semver.ts";
import type { SemVer } from "./semver.ts";

/** A value that is no list, and whether it satisfies an operator; never throws. */
type Holds = (value: unknown) => boolean;

/** How the value is compared. */
type Comparison =
  | { readonly by: "same"; readonly value: string | number | boolean }
  | { readonly by: "member"; readonly values: ReadonlySet<unknown> }
  | ({ readonly by: "number" } & Bounds)
  | { readonly by: "text"; readonly text: string; readonly at: "start" | "end" | "anywhere" }
  /** The bounds are those of where the value ranks beside the version: before 0, at 0 or after. */
  | ({ readonly by: "version"; readonly version: SemVer } & Bounds)
  | { readonly by: "call"; readonly holds: Holds };

/** Both ends belong to it, and what is left out does not. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  /** `NaN`: nothing is left out. */
  readonly without: number;
}

/** What is said about an operator beside how it compares. */
interface Description {
  /** Why the operator cannot read the value; `undefined` when it can. */
  readonly unreadable: (value: unknown) => string | undefined;
  /** A negative operator holds for a list when it does for each element, else for one. */
  readonly negative: boolean;
}

// Numbers, since a switch over them is one jump. Few, so that the engine puts all of them in line.
const CODES = { call: 0, same: 1, member: 2, number: 3, text: 4, version: 5 } as const;

const NO_VERSION: SemVer = { major: 0, minor: 0, patch: 0, prerelease: [] };
const EVERYTHING: Bounds = { low: -Infinity, high: Infinity, without: Number.NaN };
const NOTHING: ReadonlySet<unknown> = new Set();
const never: Holds = () => false;

/**
 * An operator with its value built in. The commonest comparisons are data and not functions: all
 * rules of all flags then run through one piece of code, without a call that the engine cannot
 * foresee for each. Every test has every member, so that they all have one shape.
 */
export class ValueTest {
  readonly negative: boolean;
  readonly unreadable: Description["unreadable"];
  readonly #code: (typeof CODES)[Comparison["by"]];
  readonly #value: unknown;
  readonly #values: ReadonlySet<unknown>;
  readonly #low: number;
  readonly #high: number;
  readonly #without: number;
  readonly #text: string;
  readonly #at: "start" | "end" | "anywhere";
  readonly #version: SemVer;
  readonly #versionRank: number;
  readonly #call: Holds;

  constructor(comparison: Comparison, { negative, unreadable }: Description) {
    this.negative = negative;
    this.unreadable = unreadable;
    this.#code = CODES[comparison.by];
    this.#value = "value" in comparison ? comparison.value : undefined;
    this.#values = "values" in comparison ? comparison.values : NOTHING;
    const bounds = "low" in comparison ? comparison : EVERYTHING;
    this.#low = bounds.low;
    this.#high = bounds.high;
    this.#without = bounds.without;
    this.#text = "text" in comparison ? comparison.text : "";
    this.#at = "at" in comparison ? comparison.at : "anywhere";
    this.#version = "version" in comparison ? comparison.version : NO_VERSION;
    this.#versionRank = rankOf(this.#version);
    this.#call = "holds" in comparison ? comparison.holds : never;
  }

  /**
   * Whether a value satisfies the operator, a list by its elements; false for every value that is of
   * the wrong type or cannot be read, for a negative operator too. Never throws.
   *
   * @param again whether other flags will ask about the same value: keeping what is read of it takes
   *   as long as reading a plain version does.
   */
  holds(value: unknown, again: boolean): boolean {
    return typeof value === "object" ? this.#holdsForList(value) : this.#holdsForOne(value, again);
  }

  #holdsForOne(value: unknown, again: boolean): boolean {
    switch (this.#code) {
      case CODES.same:
        return value === this.#value;
      case CODES.member:
        return this.#values.has(value);
      case CODES.number:
        return isNumber(value) && this.#isWithin(value);
      case CODES.text:
        return typeof value === "string" && this.#isIn(value);
      case CODES.version:
        return this.#isWithin(this.#rank(value, again));
      case CODES.call:
        return this.#call(value);
      default:
        return assertNever(this.#code);
    }
  }

  /**
   * Lists in lists are of the wrong type, as objects are. A list that cannot be read (a proxy that
   * throws) satisfies nothing.
   */
  #holdsForList(list: unknown): boolean {
    const { negative } = this;
    try {
      if (!Array.isArray(list)) return false;
      for (let index = 0; index < list.length; index += 1) {
        if (this.#holdsForOne(list[index], false) !== negative) return !negative;
      }
      return negative;
    } catch {
      return false;
    }
  }

  #isIn(value: string): boolean {
    if (this.#at === "end") return value.endsWith(this.#text);
    return this.#at === "start" ? value.startsWith(this.#text) : value.includes(this.#text);
  }

  #isWithin(value: number): boolean {
    return value >= this.#low && value <= this.#high && value !== this.#without;
  }

  /** Where the value ranks beside the version; `NaN`, which is nowhere, when it is none. */
  #rank(value: unknown, again: boolean): number {
    if (typeof value !== "string") return Number.NaN;
    const rank = again ? readings.plainRank(value) : plainRank(value);
    const distance = rank - this.#versionRank;
    if (!Number.isNaN(distance)) return distance;
    const version = readings.version(value);
    return version === undefined ? Number.NaN : compareSemVer(version, this.#version);
  }
}

/** The values that an operator such as `lt` or `semver_gte` lets through. */
export function boundsOf(operator: Operator, limit: number): Bounds {
  const without = operator.endsWith("lt") || operator.endsWith("gt") ? limit : Number.NaN;
  if (operator.includes("lt")) return { low: -Infinity, high: limit, without };
  return operator.includes("gt")
    ? { low: limit, high: Infinity, without }
    : { low: limit, high: limit, without };
}

/** NaN and the infinities, which JSON does not have, are no numbers here. */
export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
