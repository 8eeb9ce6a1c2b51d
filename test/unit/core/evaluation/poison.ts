import { randomOf } from "../../../harness/crash/random.ts";

/** Puts into JSON what broken generators, half-written migrations and attackers put there. */
export class Poison {
  readonly #random: () => number;
  readonly #json: boolean;

  /** `json`: only what JSON can say, as deep as a request may be. */
  constructor(seed: number, json = false) {
    this.#random = randomOf(seed);
    this.#json = json;
  }

  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  oneOf<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A copy with one to three faults in it. */
  into(sound: unknown): unknown {
    const root = { value: structuredClone(sound) };
    const faults = 1 + this.below(3);
    for (let fault = 0; fault < faults; fault += 1) this.#strike(root);
    return root.value;
  }

  #strike(root: object): void {
    let holder: object = root;
    let name = "value";
    for (;;) {
      const value: unknown = Reflect.get(holder, name);
      if (typeof value !== "object" || value === null || this.#random() < 0.1) break;
      const names = Object.keys(value);
      if (names.length === 0) break;
      holder = value;
      name = this.oneOf(names);
    }
    this.#spoil(root, holder, name);
  }

  #scalar(): unknown {
    return SCALARS[this.below(this.#json ? JSON_SCALARS : SCALARS.length)];
  }

  #spoil(root: object, holder: object, name: string): void {
    const value: unknown = Reflect.get(holder, name);
    const put = (poison: unknown) => void Reflect.set(holder, name, poison);
    switch (this.below(9)) {
      case 0:
        return Array.isArray(value) ? put([...value, ...value]) : put([value]);
      case 1:
        return put(this.#json ? null : this.oneOf([null, undefined]));
      case 2:
        return put(this.oneOf(["", " ", [], {}]));
      case 3:
        return Array.isArray(holder)
          ? void holder.splice(Number(name), 1)
          : void Reflect.deleteProperty(holder, name);
      case 4:
        return put(this.#scalar());
      case 5:
        return put(
          nested(
            this.oneOf(this.#json ? [20, 60] : [20, 2_000, 20_000]),
            this.oneOf(["and", "not", "list"]),
          ),
        );
      case 6:
        // Only records have members with names, as far as JSON goes.
        if (this.#json && Array.isArray(holder)) return put(this.#scalar());
        return void Object.defineProperty(holder, this.oneOf(NAMES), {
          value: this.#scalar(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      case 7:
        // A circle, which no JSON has but a caller in the same process could hand in.
        return put(
          this.#json ? [holder].map((each) => ({ ...each }))[0] : this.oneOf([root, holder]),
        );
      default:
        return put(this.oneOf(KEYS));
    }
  }
}

const JSON_SCALARS = 12;
const SCALARS: readonly unknown[] = [
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  -(2 ** 31),
  true,
  false,
  "x".repeat(2_000),
  "\ud800",
  "switchyard.snapshot/2",
  "__proto__",
  Infinity,
  NaN,
  10n,
  Symbol("poison"),
  () => "poison",
  new Date(0),
  new Map([["a", 1]]),
];
const NAMES = ["__proto__", "constructor", "extra", "key", "size", "toJSON", "rollout", "value"];
/** Names of what is there, so that references cross, close circles and meet. */
const KEYS = [
  "needs",
  "again",
  "targets",
  "unit",
  "beta",
  "inner",
  "e",
  "h",
  "on",
  "off",
  "nowhere",
];

function nested(depth: number, kind: "and" | "not" | "list"): unknown {
  let value: unknown = { attribute: "plan", operator: "exists" };
  for (let level = 0; level < depth; level += 1) {
    value = kind === "list" ? [value] : { [kind]: kind === "and" ? [value] : value };
  }
  return value;
}
