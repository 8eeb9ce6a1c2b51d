import { hintOf } from "../../conditions/nearest-name.ts";
import { shown } from "../../conditions/shown.ts";
import type { FlagType, Variation } from "../../documents/flag.ts";
import { LIMITS } from "../../documents/limits.ts";
import { isRecord, type JsonValue } from "../../json.ts";
import type { FlagCheckScope } from "./flag-check-scope.ts";
import { type Guard, refine, refuse } from "./guard.ts";
import { areUnique, listOf } from "./list-guard.ts";
import { objectOf, optional, required } from "./object-guard.ts";
import { anyText, keyText } from "./value-guards.ts";

const EXPECTED: Readonly<Record<FlagType, string>> = {
  boolean: "true or false",
  string: "a text",
  integer: "a whole number from -(2^53 - 1) to 2^53 - 1",
  float: "a finite number",
  object: "a JSON object (not a list, not null)",
};

/** A value of the flag's type. Of an unknown type every JSON value is one. */
const typedValue: Guard<JsonValue, FlagCheckScope> = (input, path, scope): input is JsonValue => {
  const { type } = scope;
  if (type === undefined) return isJson(input, LIMITS.valueDepth);
  if (!IS_OF_TYPE[type](input)) {
    return refuse(scope, {
      path,
      code: "variation.wrong-type",
      message: `a variation of a flag of type ${type} is ${EXPECTED[type]}; this is ${shown(input)}`,
    });
  }
  if (type !== "object" || isJson(input, LIMITS.valueDepth)) return true;
  return refuse(scope, {
    path,
    code: "variation.not-json",
    message:
      "the object holds something that JSON cannot say, or is nested deeper than " +
      `${LIMITS.valueDepth} levels`,
  });
};

const IS_OF_TYPE: Readonly<Record<FlagType, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  integer: (value) => Number.isSafeInteger(value),
  float: (value) => Number.isFinite(value),
  object: (value) => isRecord(value),
};

function isJson(value: unknown, depth: number): value is JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === 0) return false;
  return Object.values(value).every((member) => isJson(member, depth - 1));
}

const variation = objectOf<Variation, FlagCheckScope>("a variation", {
  key: required(keyText),
  value: required(typedValue),
  name: optional(anyText),
  description: optional(anyText),
});

export const variations: Guard<readonly Variation[], FlagCheckScope> = refine(
  listOf(variation, { of: "variations", min: 1, max: LIMITS.variationsPerFlag }),
  (list, path, scope) =>
    areUnique(list, scope, { name: ({ key }) => key, path: (index) => `${path}/${index}/key` }),
);

/** The key of one of the flag's variations. */
export const knownVariation: Guard<string, FlagCheckScope> = (
  input,
  path,
  scope,
): input is string => {
  if (!keyText(input, path, scope)) return false;
  const known = scope.variations;
  if (known === undefined || known.has(input)) return true;
  return refuse(scope, {
    path,
    code: "variation.unknown",
    message: `the flag has no variation ${JSON.stringify(input)}; ${variationHint(input, known)}`,
  });
};

/** Ends a message about an unknown variation: the nearest that there is, or all of them. */
export function variationHint(name: string, known: Iterable<string>): string {
  const all = [...known];
  const more = all.length > 10 ? `, and ${all.length - 10} more` : "";
  return hintOf(name, all, `it has ${all.slice(0, 10).join(", ")}${more}`);
}
