import { PLATFORM_ATTRIBUTES } from "../../conditions/attribute-path.ts";
import { LIMITS } from "../../documents/limits.ts";
import { type Guard, refine } from "./guard.ts";
import { oneOf, textOf } from "./value-guards.ts";

const platformAttribute = oneOf(PLATFORM_ATTRIBUTES);

/** The name of an attribute; one that begins with `$` is among those the platform sets. */
export const attributeName: Guard<string> = refine(
  textOf({ min: 1, max: LIMITS.textLength }),
  (name, path, scope) => !name.startsWith("$") || platformAttribute(name, path, scope),
);
