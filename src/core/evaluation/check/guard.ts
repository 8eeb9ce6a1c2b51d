import { kindOf, shown } from "../../conditions/shown.ts";
import type { Issue } from "../../issue.ts";

/** Where checks report what they find. */
export interface Reporting {
  /** Grows by everything that is wrong. */
  readonly issues: Issue[];
}

/**
 * Checks a value that came from outside: reports everything that is wrong with it, and answers
 * whether it is what it should be. `path` is a JSON Pointer.
 */
export type Guard<T, Scope extends Reporting = Reporting> = (
  input: unknown,
  path: string,
  scope: Scope,
) => input is T;

/** Reports and answers false, so that a check can return what it says. */
export function refuse(scope: Reporting, issue: Issue): false {
  scope.issues.push(issue);
  return false;
}

export function refuseType(
  scope: Reporting,
  path: string,
  expected: string,
  input: unknown,
): false {
  const got = typeof input === "object" ? kindOf(input) : shown(input);
  return refuse(scope, {
    path,
    code: "document.wrong-type",
    message: `expected ${expected}, got ${got}`,
  });
}

/** Adds a condition to a guard; it is asked only about values that have the right shape. */
export function refine<T, Scope extends Reporting>(
  guard: Guard<T, Scope>,
  holds: (value: T, path: string, scope: Scope) => boolean,
): Guard<T, Scope> {
  return (input, path, scope): input is T => guard(input, path, scope) && holds(input, path, scope);
}

/** `null`, or what the guard accepts. */
export function nullable<T, Scope extends Reporting>(
  guard: Guard<T, Scope>,
): Guard<T | null, Scope> {
  return (input, path, scope): input is T | null => input === null || guard(input, path, scope);
}
