import type { JsonValue } from "../../../src/core/json.ts";

export type SeedType = "boolean" | "string" | "integer" | "float" | "object";

/** A flag as any vendor can have it. */
export interface SeedFlag {
  readonly key: string;
  readonly type: SeedType;
  readonly variants: Readonly<Record<string, JsonValue>>;
  /** The variant for everyone whom `rule` and `split` say nothing about. */
  readonly serves: string;
  /** Absent: no rule. */
  readonly rule?: {
    readonly attribute: string;
    readonly equals: string;
    readonly serves: string;
  };
  /** Percent by variant, hashed over `targetingKey`. */
  readonly split?: Readonly<Record<string, number>>;
  /** Switched off, and no variant is served: the application uses its own default. */
  readonly disabled?: true;
  /** Not to be seen with a client key. */
  readonly serverOnly?: true;
  /** What it serves in the second environment; absent: it is not there. */
  readonly servesInOther?: string;
}

/** The same value for everyone. */
const fixed = (key: string, type: SeedType, value: JsonValue): SeedFlag => ({
  key,
  type,
  variants: { only: value },
  serves: "only",
});

const onOff = { on: true, off: false };

/** About 100 kB of JSON. */
function largeObject(): JsonValue {
  const rows = Array.from({ length: 750 }, (_, index) => ({
    id: index,
    name: `Straße ${index} 東京 🚦`,
    tags: ["a", "b", "c"],
    nested: { deep: { share: index / 8, on: index % 2 === 0, note: "x".repeat(16) } },
  }));
  return { rows };
}

/** One flag of each type; C33 compares what clients make of them. */
export const TYPED: readonly SeedFlag[] = [
  fixed("boolean", "boolean", true),
  fixed("string", "string", "hello"),
  fixed("integer", "integer", 10),
  fixed("float", "float", 0.5),
  fixed("object", "object", { color: "red", sizes: [1, 2], nested: { on: true } }),
];

export const ZEROS: readonly SeedFlag[] = [
  fixed("zero-boolean", "boolean", false),
  fixed("zero-integer", "integer", 0),
  fixed("zero-float", "float", 0),
  fixed("zero-string", "string", ""),
  fixed("zero-object", "object", {}),
];

export const UNICODE = fixed("unicode", "string", 'Grüße, 世界 👋 "quoted" \\ \u2028 \n e\u0301');
export const LARGE_OBJECT = fixed("object-large", "object", largeObject());

/** What a server has to be seeded with, in its first environment. */
export const SEED: readonly SeedFlag[] = [
  ...TYPED,
  ...ZEROS,
  fixed("float-integral", "float", 10),
  fixed("integer-large", "integer", 2_147_483_647),
  fixed("integer-huge", "integer", 9_007_199_254_740_991),
  UNICODE,
  LARGE_OBJECT,
  { key: "disabled", type: "boolean", variants: onOff, serves: "on", disabled: true },
  {
    key: "targeted",
    type: "boolean",
    variants: onOff,
    serves: "off",
    rule: { attribute: "plan", equals: "premium", serves: "on" },
  },
  {
    key: "rollout",
    type: "boolean",
    variants: onOff,
    serves: "off",
    split: { on: 50, off: 50 },
  },
  { ...fixed("server-only", "string", "secret"), serverOnly: true },
  {
    key: "where",
    type: "string",
    variants: { here: "first environment", there: "second environment" },
    serves: "here",
    servesInOther: "there",
  },
  {
    key: "changing",
    type: "string",
    variants: { first: "one", second: "two" },
    serves: "first",
  },
  fixed("dotted.key_1", "string", "encoded"),
];
