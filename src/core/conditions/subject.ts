import { epochMs } from "../brand.ts";
import type { EvaluationContext, EvaluationMoment } from "../evaluation/context.ts";
import { murmurWords } from "../hash/murmur3.ts";
import type { HashWords } from "../hash/murmur3.ts";
import { type AttributePath, slotCount } from "./attribute-path.ts";
import { hasOwnProperty, isPlain, memberOf } from "./own-member.ts";

// Segments remember their answer for the subject they saw last, by number and not by reference,
// so that no context outlives its call. Nothing else depends on the number.
let subjectsMade = 0;

// The last unit's hash words also outlive a call: they depend on nothing but the text, and making
// room for them anew would cost more than a call's other work.
const words: HashWords = { first: 0, second: 0 };
let wordsUnit: string | undefined;
let wordsSerial = 0;

/**
 * What evaluation knows of one context at one moment. Make one for each call, single or bulk.
 *
 * Nothing here throws. An attribute whose getter or proxy throws counts as absent.
 */
export class Subject {
  /**
   * Asked for by nobody, and made for its shape alone: code that the engine has made for subjects is
   * thrown away with a collection of garbage that finds none.
   */
  static readonly kept = new Subject({}, { now: epochMs(0), platform: {} }, true);

  /** Unlike that of any other subject of this program. */
  readonly serial: number;
  /** Whether what is found out is kept, since it will be asked for again and again. */
  readonly isOfManyFlags: boolean;
  readonly #context: EvaluationContext;
  readonly #moment: EvaluationMoment;
  readonly #isPlain: boolean;
  /** Attributes by slot, `null` for absent ones; without it none is kept. */
  readonly #kept: unknown[] | undefined;

  constructor(context: EvaluationContext, moment: EvaluationMoment, manyFlags = false) {
    subjectsMade += 1;
    this.serial = subjectsMade;
    this.#context = context;
    this.#moment = moment;
    this.#isPlain = isPlain(context);
    this.isOfManyFlags = manyFlags;
    // oxlint-disable-next-line unicorn/no-new-array -- the length matters and not what is in it
    this.#kept = manyFlags ? new Array<unknown>(slotCount()) : undefined;
  }

  /**
   * The attribute's value, `undefined` when it is absent; a JSON `null` is absent too. The name
   * is looked up literally first, then as a dotted path through objects, own members only.
   */
  attribute(path: AttributePath): unknown {
    const kept = this.#kept;
    if (kept === undefined || path.slot < 0) return this.#read(path) ?? undefined;
    const known = kept[path.slot];
    if (known !== undefined) return known ?? undefined;
    const value = this.#read(path) ?? null;
    kept[path.slot] = value;
    return value ?? undefined;
  }

  #read(path: AttributePath): unknown {
    try {
      if (this.#isPlain && path.isOwnOnly) {
        // Asking whose a member is would take longer than all else about it.
        const value = memberOf(this.#context, path.name, path.slot);
        if (value !== undefined || path.steps.length === 0) return value;
      }
      if (path.source === "now") return this.#moment.now;
      return lookUp(path.source === "context" ? this.#context : this.#moment.platform, path);
    } catch {
      return undefined;
    }
  }

  /**
   * The attribute as what is hashed into buckets and looked up in lists of units: a text that is
   * not empty, or a finite number as JSON writes it. Anything else is no unit.
   */
  unit(path: AttributePath): string | undefined {
    const value = path.isTargetingKey ? this.#targetingKey(path) : this.attribute(path);
    if (typeof value === "string") return value === "" ? undefined : value;
    return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
  }

  /** Nearly every rollout asks for it: by a name that is written here it is found in a third of the time. */
  #targetingKey(path: AttributePath): unknown {
    if (!this.#isPlain) return this.attribute(path);
    try {
      return this.#context["targetingKey"];
    } catch {
      return undefined;
    }
  }

  /** The unit's hash words. The object is reused: read it before asking for another unit's. */
  words(unit: string): HashWords {
    // Comparing with another call's unit takes nearly as long as hashing does.
    if (wordsSerial !== this.serial || wordsUnit !== unit) {
      murmurWords(unit, words);
      wordsUnit = unit;
      wordsSerial = this.serial;
    }
    return words;
  }
}

function lookUp(holder: unknown, path: AttributePath): unknown {
  if (!isHolder(holder)) return undefined;
  if (hasOwnProperty.call(holder, path.name)) return holder[path.name];
  const { steps } = path;
  if (steps.length === 0) return undefined;
  let value: unknown = holder;
  for (const step of steps) {
    if (!isHolder(value) || Array.isArray(value) || !hasOwnProperty.call(value, step))
      return undefined;
    value = value[step];
  }
  return value;
}

function isHolder(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
