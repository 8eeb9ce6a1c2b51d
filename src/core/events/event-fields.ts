import { hintOf } from "../conditions/nearest-name.ts";
import { kindOf, shown } from "../conditions/shown.ts";
import { DOCUMENT_KEY_PATTERN } from "../documents/limits.ts";
import { isRecord, type UnknownRecord } from "../json.ts";
import type { EventProblem, EventProblemCode } from "./event-problem.ts";
import { readInstant } from "./instant.ts";
import { EVENT_LIMITS } from "./limits.ts";

type Scalar = string | number | boolean;

const ID_PATTERN = /^[!-~]{1,128}$/;
const NOBODY: ReadonlySet<string> = new Set();

/**
 * Reads the members of one event as a sender wrote it. Each reader answers something of its type
 * whatever it finds, and the first thing that is wrong is kept: look at `problem` in the end.
 */
export class EventFields {
  problem: EventProblem | undefined = undefined;
  readonly #record: UnknownRecord;
  readonly #isTerse: boolean;

  /** @param isTerse nobody will read the message: what it costs to look for a hint is saved. */
  constructor(record: UnknownRecord, known: readonly string[], isTerse: boolean) {
    this.#record = record;
    this.#isTerse = isTerse;
    const unknown = Object.keys(record).find((name) => !known.includes(name));
    if (unknown !== undefined) this.#unknown(unknown, known);
  }

  id(): string {
    const given = this.#required("id");
    if (typeof given === "string" && ID_PATTERN.test(given)) return given;
    return this.#wrong("id", given, `1 to ${EVENT_LIMITS.idLength} visible ASCII characters`, "");
  }

  /** The unit: a text, or a number as JSON writes it, as rollouts hash it. */
  unit(): string {
    const given = this.#required("targetingKey");
    const text = Number.isFinite(given) ? String(given) : given;
    const longest = EVENT_LIMITS.targetingKeyLength;
    if (typeof text === "string" && isWithin(text, longest)) return text;
    return this.#wrong("targetingKey", given, `a text of 1 to ${longest} characters`, "");
  }

  key(name: string): string {
    const given = this.#required(name);
    if (typeof given === "string" && DOCUMENT_KEY_PATTERN.test(given)) return given;
    return this.#wrong(name, given, A_KEY, "");
  }

  optionalKey(name: string): string | null {
    return this.#isAbsent(name) ? null : this.key(name);
  }

  oneOf(name: string, known: readonly string[]): string {
    const given = this.#required(name);
    if (typeof given === "string" && known.includes(given)) return given;
    return this.#wrong(name, given, `one of ${known.join(", ")}`, "");
  }

  optionalOneOf(name: string, known: readonly string[]): string | null {
    return this.#isAbsent(name) ? null : this.oneOf(name, known);
  }

  /** A whole number from 1 on. */
  count(name: string, most: number): number {
    const given = this.#required(name);
    if (Number.isInteger(given) && Number(given) >= 1 && Number(given) <= most) {
      return Number(given);
    }
    return this.#wrong(name, given, `a whole number from 1 to ${most}`, 1);
  }

  /** Also as digits in a text, as the metadata of an evaluation has it. */
  optionalVersion(name: string): number | null {
    if (this.#isAbsent(name)) return null;
    const given = this.#record[name];
    const number = typeof given === "string" && /^\d{1,15}$/.test(given) ? Number(given) : given;
    if (Number.isSafeInteger(number) && Number(number) >= 1) return Number(number);
    return this.#wrong(name, given, "a whole number from 1 on", 1);
  }

  /** A finite number within the limit of metrics; absent: 1. */
  amount(name: string): number {
    if (this.#isAbsent(name)) return 1;
    const given = this.#record[name];
    const most = EVENT_LIMITS.metricValue;
    if (typeof given === "number" && Math.abs(given) <= most) return given;
    return this.#wrong(name, given, `a number between -${most} and ${most}`, 1);
  }

  /** Milliseconds since the Unix epoch. */
  instant(name: string): number {
    const given = this.#required(name);
    if (given === undefined) return 0;
    const read = readInstant(given);
    if (read.ok) return read.value;
    this.#fail("invalid-field", `"${name}" ${read.error}.`);
    return 0;
  }

  /** Attributes that nobody named private, neither for this event nor for the batch. */
  attributes(privateOfBatch: ReadonlySet<string>): Readonly<Record<string, Scalar>> {
    const privateNames = this.#privateNames();
    if (this.#isAbsent("attributes")) return {};
    const given = this.#record["attributes"];
    if (!isRecord(given)) return this.#wrong("attributes", given, "an object of scalars", {});
    const kept: [string, Scalar][] = [];
    for (const [name, value] of Object.entries(given)) {
      if (value === null || privateOfBatch.has(name) || privateNames.has(name)) continue;
      if (this.#isAttribute(name, value)) kept.push([name, value]);
      if (kept.length <= EVENT_LIMITS.attributes) continue;
      const message = `There are more than ${EVENT_LIMITS.attributes} attributes. Send fewer.`;
      this.#fail("invalid-field", message);
      break;
    }
    return Object.fromEntries(kept);
  }

  #privateNames(): ReadonlySet<string> {
    if (this.#isAbsent("privateAttributes")) return NOBODY;
    const given = this.#record["privateAttributes"];
    const names = readNames(given);
    return names ?? this.#wrong("privateAttributes", given, A_LIST_OF_NAMES, NOBODY);
  }

  #isAttribute(name: string, value: unknown): value is Scalar {
    const { attributeNameLength, attributeTextLength } = EVENT_LIMITS;
    if (!isWithin(name, attributeNameLength)) {
      const message = `An attribute's name has ${name.length} characters; it must have 1 to ${attributeNameLength}.`;
      return this.#fail("invalid-field", message);
    }
    if (typeof value === "number" || typeof value === "boolean") return true;
    if (typeof value !== "string") {
      const message = `Attribute ${shown(name)} is ${kindOf(value)}; send a text, a number, true or false.`;
      return this.#fail("invalid-field", message);
    }
    if (value.length <= attributeTextLength) return true;
    const message = `Attribute ${shown(name)} has ${value.length} characters; send at most ${attributeTextLength}.`;
    return this.#fail("invalid-field", message);
  }

  #isAbsent(name: string): boolean {
    return this.#record[name] === undefined || this.#record[name] === null;
  }

  #required(name: string): unknown {
    if (!this.#isAbsent(name)) return this.#record[name];
    this.#fail("missing-field", `"${name}" is missing.`);
    return undefined;
  }

  #wrong<T>(name: string, given: unknown, wanted: string, instead: T): T {
    const what = typeof given === "string" ? shown(given) : kindOf(given);
    const found = typeof given === "number" ? String(given) : what;
    this.#fail("invalid-field", `"${name}" is ${found}; it must be ${wanted}.`);
    return instead;
  }

  #unknown(name: string, known: readonly string[]): void {
    const hint = hintOf(name, this.#isTerse ? [] : known, `it has ${known.join(", ")}`);
    this.#fail("unknown-field", `The event has an unknown field ${shown(name)}; ${hint}`);
  }

  #fail(code: EventProblemCode, message: string): false {
    this.problem ??= { code, message };
    return false;
  }
}

const A_KEY = "a key: letters, digits, dots, underscores and hyphens, at most 128 characters";

export const A_LIST_OF_NAMES = `a list of at most ${EVENT_LIMITS.privateAttributes} attribute names`;

/** Names of attributes; `undefined`: it is no list of them, or too long a one. */
export function readNames(given: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(given) || given.length > EVENT_LIMITS.privateAttributes) return undefined;
  const names = new Set<string>();
  for (const name of given) {
    if (typeof name !== "string") return undefined;
    names.add(name);
  }
  return names;
}

function isWithin(text: string, longest: number): boolean {
  return text.length > 0 && text.length <= longest;
}
