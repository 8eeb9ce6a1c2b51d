import type { Subject } from "./subject.ts";

/** An operator with its value built in. */
export interface ValueTest {
  /**
   * Whether one value that is not a list satisfies the operator; false for every value that is
   * of the wrong type or cannot be read, for a negative operator too. Never throws.
   */
  readonly holds: (value: unknown, subject: Subject) => boolean;
  /** Why the operator cannot read the value; `undefined` when it can. */
  readonly unreadable: (value: unknown) => string | undefined;
  /** A negative operator holds for a list when it does for each element, else for one. */
  readonly negative: boolean;
}

/**
 * Whether a list satisfies the operator. Lists in lists are of the wrong type, as objects are.
 * A list that cannot be read (a proxy that throws) satisfies nothing.
 */
export function holdsForList(list: unknown, test: ValueTest, subject: Subject): boolean {
  try {
    if (!Array.isArray(list)) return false;
    const { holds, negative } = test;
    for (let index = 0; index < list.length; index += 1) {
      if (holds(list[index], subject) !== negative) return !negative;
    }
    return negative;
  } catch {
    return false;
  }
}
