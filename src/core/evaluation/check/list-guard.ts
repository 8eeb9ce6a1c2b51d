import { type Guard, type Reporting, refuse, refuseType } from "./guard.ts";

interface ListLimits {
  /** What the list holds, in the plural. */
  readonly of: string;
  readonly min?: number;
  readonly max?: number;
}

/** A list whose items pass the guard. */
export function listOf<T, Scope extends Reporting>(
  item: Guard<T, Scope>,
  { of, min = 0, max }: ListLimits,
): Guard<readonly T[], Scope> {
  return (input, path, scope): input is readonly T[] => {
    if (!Array.isArray(input)) return refuseType(scope, path, `a list of ${of}`, input);
    if (input.length < min) {
      return refuse(scope, {
        path,
        code: "document.too-few",
        message: `holds ${input.length} ${of}; at least ${min} must be given`,
      });
    }
    if (max !== undefined && input.length > max) {
      return refuse(scope, {
        path,
        code: "document.limit",
        message: `holds ${input.length} ${of}; at most ${max} are allowed`,
      });
    }
    let right = true;
    for (const [index, value] of input.entries()) {
      right = item(value, `${path}/${index}`, scope) && right;
    }
    return right;
  };
}

/** True when no two items have the same name; each repetition is reported where it stands. */
export function areUnique<T>(
  items: readonly T[],
  scope: Reporting,
  by: { readonly name: (item: T) => string; readonly path: (index: number) => string },
): boolean {
  const first = new Map<string, number>();
  const before = scope.issues.length;
  for (const [index, item] of items.entries()) {
    const name = by.name(item);
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, index);
      continue;
    }
    refuse(scope, {
      path: by.path(index),
      code: "document.duplicate",
      message: `${JSON.stringify(name)} is already at ${by.path(earlier)}; each may stand once`,
    });
  }
  return scope.issues.length === before;
}
