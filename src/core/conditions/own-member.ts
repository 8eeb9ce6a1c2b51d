import type { EvaluationContext } from "../evaluation/context.ts";

// `Object.hasOwn` says the same and takes twice as long, which every attribute of every rule pays.
// oxlint-disable-next-line typescript/unbound-method -- called with `call` only
export const { hasOwnProperty } = Object.prototype;

const NOTHING = {};
const COMMON: object = Object.prototype;

/**
 * True when the context inherits from `Object.prototype` alone, and nobody has put anything there
 * that a loop over any object's members would come across. Together with a name that nothing had
 * when it was compiled, that makes a member the context's own.
 */
export function isPlain(context: EvaluationContext): boolean {
  try {
    // As `Object.getPrototypeOf`, in a third of the time. JSON that has a member of this name cannot
    // have the prototype itself in it.
    if (context["__proto__"] !== COMMON) return false;
  } catch {
    return false;
  }
  for (const _ in NOTHING) return false;
  return true;
}

/**
 * The member of that name, wherever the context has it from; throws what a getter throws.
 *
 * @param slot that of the name's `AttributePath`.
 *
 * Engines remember for each place in a program where the members lie that it read last, as long as
 * it asks for one name: then a member takes a quarter of the time. So names take turns at sixteen
 * places, and an environment's first sixteen attributes have one each.
 */
// oxlint-disable-next-line complexity -- many places to read at are all that it is
export function memberOf(context: EvaluationContext, name: string, slot: number): unknown {
  switch (slot & 15) {
    case 0:
      return context[name];
    case 1:
      return context[name];
    case 2:
      return context[name];
    case 3:
      return context[name];
    case 4:
      return context[name];
    case 5:
      return context[name];
    case 6:
      return context[name];
    case 7:
      return context[name];
    case 8:
      return context[name];
    case 9:
      return context[name];
    case 10:
      return context[name];
    case 11:
      return context[name];
    case 12:
      return context[name];
    case 13:
      return context[name];
    case 14:
      return context[name];
    default:
      return context[name];
  }
}

/** The targeting key if it is a text, without a subject; `undefined`: one has to be asked. */
export function ownTargetingKey(context: EvaluationContext): string | undefined {
  try {
    if (!hasOwnTargetingKey(context)) return undefined;
    const key = context["targetingKey"];
    return typeof key === "string" && key !== "" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** What inherits from `Object.prototype` alone has either its own or none, which is told in a third of the time. */
function hasOwnTargetingKey(context: EvaluationContext): boolean {
  const isOwnOrNone = context["__proto__"] === COMMON && !("targetingKey" in COMMON);
  return isOwnOrNone || hasOwnProperty.call(context, "targetingKey");
}
