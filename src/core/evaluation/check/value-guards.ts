import { DOCUMENT_KEY_PATTERN, LIMITS } from "../../documents/limits.ts";
import { shown } from "../../conditions/shown.ts";
import { type Guard, refuse, refuseType } from "./guard.ts";

/** A text of bounded length, counted in UTF-16 code units. */
export function textOf({ min = 0, max }: { min?: number; max: number }): Guard<string> {
  return (input, path, scope): input is string => {
    if (typeof input !== "string") return refuseType(scope, path, "a text", input);
    if (input.length < min) {
      return refuse(scope, {
        path,
        code: "document.empty",
        message: "this text is empty; it must have at least one character",
      });
    }
    if (input.length > max) {
      return refuse(scope, {
        path,
        code: "document.limit",
        message: `this text has ${input.length} characters; at most ${max} are allowed`,
      });
    }
    return true;
  };
}

/** Names and descriptions. */
export const anyText = textOf({ max: LIMITS.textLength });

/** What is hashed together with units. */
export const saltText = textOf({ min: 1, max: LIMITS.keyLength });

/** A unit as target lists hold it. */
export const unitText = textOf({ min: 1, max: LIMITS.textLength });

/** Keys of documents and variations, ids of rules and overrides. */
export const keyText: Guard<string> = (input, path, scope): input is string => {
  if (typeof input === "string" && DOCUMENT_KEY_PATTERN.test(input)) return true;
  return refuse(scope, {
    path,
    code: "document.bad-key",
    message:
      `expected 1 to ${LIMITS.keyLength} letters, digits, ".", "_" or "-", beginning with a ` +
      `letter or digit; got ${shown(input)}`,
  });
};

export const trueOrFalse: Guard<boolean> = (input, path, scope): input is boolean =>
  typeof input === "boolean" || refuseType(scope, path, "true or false", input);

/** A whole number from `min` to 2^53 - 1. */
export function wholeNumber(what: string, min: number): Guard<number> {
  return (input, path, scope): input is number =>
    (typeof input === "number" && Number.isSafeInteger(input) && input >= min) ||
    refuseType(scope, path, what, input);
}

export const epochMilliseconds = wholeNumber("milliseconds since 1970 as a whole number", 0);

/** One of a list of names. */
export function oneOf<Name extends string>(names: readonly Name[]): Guard<Name> {
  return (input, path, scope): input is Name => {
    if (typeof input === "string" && names.some((name) => name === input)) return true;
    const known = names.map((name) => JSON.stringify(name)).join(", ");
    return refuseType(scope, path, `one of ${known}`, input);
  };
}
