import { nearestName } from "../../conditions/nearest-name.ts";
import { isRecord, type UnknownRecord } from "../../json.ts";
import { childPointer } from "../../json-pointer.ts";
import { type Guard, type Reporting, refuse, refuseType } from "./guard.ts";

interface Member<T, Scope extends Reporting, Needed extends boolean> {
  readonly guard: Guard<T, Scope>;
  readonly required: Needed;
}

/** One entry for each member of `T`, none left out; the compiler sees to it. */
type Shape<T, Scope extends Reporting> = {
  readonly [Name in keyof T]-?: Member<
    Exclude<T[Name], undefined>,
    Scope,
    object extends Pick<T, Name> ? false : true
  >;
};

export function required<T, Scope extends Reporting>(
  guard: Guard<T, Scope>,
): Member<T, Scope, true> {
  return { guard, required: true };
}

export function optional<T, Scope extends Reporting>(
  guard: Guard<T, Scope>,
): Member<T, Scope, false> {
  return { guard, required: false };
}

/** An object with these members and no others; `what` names it with its article. */
export function objectOf<T, Scope extends Reporting>(
  what: string,
  shape: Shape<T, Scope>,
): Guard<T, Scope> {
  const members = Object.entries<Member<unknown, Scope, boolean>>(shape);
  const names = new Set(members.map(([name]) => name));
  return (input, path, scope): input is T => {
    if (!isRecord(input)) return refuseType(scope, path, what, input);
    let right = hasOnlyKnown(input, path, scope, names);
    for (const [name, member] of members) {
      const value = input[name];
      if (value !== undefined) right = member.guard(value, `${path}/${name}`, scope) && right;
      else if (member.required) right = refuseMissing(scope, path, what, name);
    }
    return right;
  };
}

function hasOnlyKnown(
  record: UnknownRecord,
  path: string,
  scope: Reporting,
  names: ReadonlySet<string>,
): boolean {
  let right = true;
  for (const name of Object.keys(record)) {
    if (names.has(name)) continue;
    const nearest = nearestName(name, names);
    const hint =
      nearest === undefined
        ? `known are ${[...names].join(", ")}`
        : `did you mean ${JSON.stringify(nearest)}?`;
    const shown = name.length > 64 ? `${name.slice(0, 64)}…` : name;
    right = refuse(scope, {
      path: childPointer(path, name),
      code: "document.unknown-member",
      message: `unknown member ${JSON.stringify(shown)}; ${hint}`,
    });
  }
  return right;
}

function refuseMissing(scope: Reporting, path: string, what: string, name: string): false {
  return refuse(scope, {
    path: `${path}/${name}`,
    code: "document.missing-member",
    message: `the member ${JSON.stringify(name)} of ${what} is missing`,
  });
}
