import type { JsonValue } from "../../../src/core/json.ts";
import { BANNER } from "./flags.ts";
import type { AskedType, OutsideScenario, Row, StepScenario, TableScenario } from "./scenario.ts";

interface OfType {
  readonly type: AskedType;
  /** What its flags' keys begin with. */
  readonly stem: string;
  readonly full: JsonValue;
  readonly zero: JsonValue;
  /** Served by no flag of the type; of the two booleans one always is. */
  readonly neither: JsonValue;
}

const TYPES: readonly OfType[] = [
  { type: "Boolean", stem: "boolean", full: true, zero: false, neither: true },
  { type: "String", stem: "string", full: "good day", zero: "", neither: "none" },
  { type: "Integer", stem: "integer", full: 12, zero: 0, neither: 7 },
  { type: "Float", stem: "float", full: 0.25, zero: 0, neither: 0.5 },
  { type: "Object", stem: "object", full: BANNER, zero: {}, neither: { none: 1 } },
];

const ofEach = (row: (of: OfType) => Omit<Row, "type">): readonly Row[] =>
  TYPES.map((of) => ({ type: of.type, ...row(of) }));

/** The flag serves its full value. */
const full = (wanted: Partial<Row>) =>
  ofEach(({ type, stem, neither, full: value }) => ({
    flag: stem,
    fallback: type === "Boolean" ? false : neither,
    value,
    ...wanted,
  }));

/** The flag serves what could pass for nothing. */
const zero = (suffix: string, reason: string, context?: Row["context"]) =>
  ofEach(({ stem, neither, zero: value }) => ({
    flag: `${stem}-${suffix}`,
    fallback: neither,
    value,
    reason,
    ...(context === undefined ? {} : { context }),
  }));

/** The application goes on with its own value. */
const ownValue = (flag: (stem: string) => string, wanted: Partial<Row>) =>
  ofEach(({ stem, neither }) => ({
    flag: flag(stem),
    fallback: neither,
    value: neither,
    ...wanted,
  }));

const mismatch = (type: AskedType, flag: string, fallback: JsonValue): Row => {
  return { type, flag, fallback, value: fallback, reason: "ERROR", errorCode: "TYPE_MISMATCH" };
};

const STATIC = "STATIC";
const LIGHT: Row = { type: "Boolean", flag: "boolean", fallback: false, value: true };

export const TABLES: readonly TableScenario[] = [
  { name: "Resolve values", rows: full({}) },
  { name: "Resolves zero value", rows: zero("zero", STATIC) },
  {
    name: "Resolves zero value with targeting",
    rows: zero("for-ops", "TARGETING_MATCH", { team: "ops" }),
  },
  {
    name: "Resolves zero value with targeting using default",
    rows: zero("for-ops", "DEFAULT", { team: "sales" }),
  },
  {
    name: "Flag not found error",
    rows: ownValue(() => "nobody-made-this", { reason: "ERROR", errorCode: "FLAG_NOT_FOUND" }),
  },
  {
    name: "Type mismatch error",
    rows: [
      mismatch("String", "boolean", "none"),
      mismatch("Boolean", "string", false),
      mismatch("Integer", "string", 7),
      mismatch("Object", "string", {}),
    ],
  },
  {
    name: "Complete evaluation details structure",
    rows: full({ variant: "full", reason: STATIC }),
  },
  { name: "Empty evaluation context", rows: zero("for-ops", "DEFAULT") },
  { name: "Null context values", rows: zero("for-ops", "DEFAULT", { team: null }) },
  {
    name: "Multiple context attributes targeting",
    rows: [
      {
        type: "String",
        flag: "audience",
        fallback: "nobody",
        context: { team: "ops", grade: "senior", years: 12, contractor: false },
        value: "staff",
        reason: "TARGETING_MATCH",
      },
    ],
  },
  {
    name: "Structure flag evaluation",
    rows: [{ type: "Object", flag: "object", fallback: {}, value: BANNER, reason: STATIC }],
  },
  { name: "Variant field population", rows: full({ variant: "full" }) },
  { name: "DISABLED reason", rows: ownValue((stem) => `${stem}-off`, { reason: "DISABLED" }) },
  {
    name: "Error message in evaluation details",
    rows: [
      {
        type: "Boolean",
        flag: "nobody-made-this",
        fallback: false,
        reason: "ERROR",
        errorCode: "FLAG_NOT_FOUND",
        messageHas: 'no flag "nobody-made-this"',
      },
    ],
  },
  {
    name: "Default value type validation",
    rows: [
      mismatch("Boolean", "string", false),
      mismatch("String", "boolean", "none"),
      mismatch("Integer", "boolean", 7),
      mismatch("Float", "boolean", 0.5),
    ],
  },
];

export const STEPS: readonly StepScenario[] = [
  { name: "Provider status accessibility", steps: "status", rows: [LIGHT] },
  { name: "Evaluation options with hooks", steps: "hooks", rows: [LIGHT] },
  { name: "Evaluation context immutability", steps: "immutability", rows: [LIGHT] },
  { name: "Asynchronous flag evaluation", steps: "asynchrony", rows: full({}) },
];

const NEVER_ASKED = "the SDK answers by itself, without asking the provider or anything behind it";

export const OUTSIDE: readonly OutsideScenario[] = [
  { name: "Provider not ready error", rowCount: 5, because: NEVER_ASKED },
  { name: "Provider in fatal state error", rowCount: 5, because: NEVER_ASKED },
  {
    name: "Provider status accessibility",
    rowCount: 4,
    because: "a server provider over OFREP keeps no connection that could fail or grow stale",
  },
  {
    name: "CACHED reason",
    rowCount: 2,
    because: "a server provider over OFREP asks each time, so that nothing comes from a cache",
  },
  {
    name: "Flag metadata in evaluation details",
    rowCount: 1,
    because: "flags carry no metadata of an owner's choice; what they carry is tested elsewhere",
  },
];
