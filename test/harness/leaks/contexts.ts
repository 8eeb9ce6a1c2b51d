import { randomOf } from "../crash/random.ts";
import type { Canaries } from "./canaries.ts";

const PLANS = ["pro", "free", "premium", ""];
const COUNTRIES = ["DE", "FR", "US", null];
const NAMES = ["__proto__", "constructor", "toString", "$now", "$geo.country", "then", "a.b.c"];
const BODIES = [
  "",
  "{",
  "null",
  "[]",
  '"context"',
  '{"context":[]}',
  '{"context":"x"}',
  '{"context":{"targetingKey":"\\ud800"}}',
  '{"context":{"a":1e999}}',
  '{"context":{"__proto__":{"plan":"pro"}}}',
  `{"context":${'{"a":'.repeat(70)}1${"}".repeat(70)}}`,
  "\u0000",
];

/** Contexts as applications send them, as nobody should, and close to what rules ask for. */
export class Contexts {
  readonly #random: () => number;
  readonly #canaries: Canaries;
  readonly #texts: readonly string[];

  constructor(seed: number, canaries: Canaries) {
    this.#random = randomOf(seed);
    this.#canaries = canaries;
    this.#texts = canaries.texts;
  }

  /** The body of an evaluation request: mostly sound JSON, sometimes not even that. */
  body(): string {
    return this.chance(0.06) ? this.oneOf(BODIES) : JSON.stringify({ context: this.context() });
  }

  context(): Record<string, unknown> {
    const draw = this.#random();
    const context = this.#ordinary();
    if (draw < 0.35) return context;
    if (draw < 0.75) return this.#near(context);
    return this.#odd(context);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  oneOf<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  /** Something that is guessed, or was read elsewhere: a canary, or nearly one. */
  guess(): string {
    const canary = this.oneOf(this.#texts);
    return this.chance(0.3) ? canary : this.#canaries.neighbourOf(canary, this.#random());
  }

  #ordinary(): Record<string, unknown> {
    const n = Math.floor(this.#random() * 10_000);
    return {
      ...(this.chance(0.9) ? { targetingKey: `user-${n}` } : {}),
      plan: this.oneOf(PLANS),
      country: this.oneOf(COUNTRIES),
      email: `user-${n}@shop.example`,
      age: n % 90,
      version: `${n % 5}.${n % 20}.0`,
      org: { id: `org-${n % 50}`, tags: ["a", n] },
    };
  }

  /** With what rules, targets and segments may name, as attribute and as value. */
  #near(context: Record<string, unknown>): Record<string, unknown> {
    const near = { ...context };
    for (let times = 0; times < 4; times += 1) {
      const name = this.chance(0.5) ? this.oneOf(["targetingKey", "email", "plan", "org"]) : null;
      const value = this.chance(0.2) ? [this.guess(), "x"] : this.guess();
      near[name ?? this.guess()] = this.chance(0.15) ? value.length : value;
    }
    return near;
  }

  #odd(context: Record<string, unknown>): Record<string, unknown> {
    const odd = { ...context };
    const name = this.chance(0.5) ? this.oneOf(NAMES) : this.oneOf(Object.keys(context));
    const value = this.oneOf<unknown>([
      null,
      -1,
      1e308,
      true,
      "",
      "\ud800",
      "\u0000",
      "x".repeat(12_000),
      [],
      {},
      [[[]]],
      { id: null },
      "(a+)+$",
      "ünï🚀",
      Array.from({ length: 300 }, (_, n) => n),
    ]);
    Object.defineProperty(odd, name, { value, enumerable: true });
    return odd;
  }
}
