import type { EvaluationContext } from "../context.ts";

/** A context that every flag must be able to answer. */
export interface TrialContext {
  /** For people: what the user of this context has. */
  readonly name: string;
  readonly context: EvaluationContext;
}

/**
 * The contexts that a change is tried with. Most of them have every attribute that a flag may ask
 * for, so that no condition is left out for want of the right name.
 */
export const CORPUS: readonly TrialContext[] = [
  { name: "nothing at all", context: {} },
  { name: "a targeting key alone", context: { targetingKey: "user-1" } },
  { name: "no targeting key", context: { email: "ann@example.com", plan: "pro", age: 42 } },
  { name: "a targeting key of every other name", context: { targetingKey: { id: 1 } } },
  everything("a short text", "user-1"),
  everything("the empty text", ""),
  everything("a text of 4,096 characters", "aZ9-._@/".repeat(512)),
  everything("letters of many scripts", "Ünïcødé ß İ ı ﬀ 漢字 עברית 👩‍👩‍👧‍👦"),
  everything("half of a surrogate pair and control characters", "\uD800\u0000\u200B\u202E\uFFFF"),
  everything("a version", "1.2.3-rc.1+build.5"),
  everything("a moment", "2026-02-28T23:59:60Z"),
  everything("an IPv4 address", "192.0.2.1"),
  everything("an IPv6 address", "2001:db8::ffff:192.0.2.1"),
  everything("0", 0),
  everything("a large number", Number.MAX_VALUE),
  everything("a fraction below zero", -0.1),
  everything("a number that is none", Number.NaN),
  everything("true", true),
  everything("false", false),
  everything("null", null),
  everything("the empty list", []),
  everything("a mixed list", ["user-1", 2, null, ["nested"], { a: 1 }]),
  everything("an object", { a: { b: { c: "deep" } }, user: "user-1" }),
];

/** A context in which each attribute, whatever its name, has this value. */
function everything(what: string, value: unknown): TrialContext {
  const descriptor = { value, configurable: true, enumerable: true, writable: true };
  const context: EvaluationContext = new Proxy(
    {},
    { get: () => value, getOwnPropertyDescriptor: () => descriptor },
  );
  return { name: `${what} for every attribute`, context };
}
