import { onlyKnownMembers } from "../../conditions/members.ts";
import { isRecord } from "../../json.ts";
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
  const known = members.map(([name]) => name);
  return (input, path, scope): input is T => {
    if (!isRecord(input)) return refuseType(scope, path, what, input);
    let right = onlyKnownMembers(input, known, path, "document.unknown-member", scope.issues);
    for (const [name, member] of members) {
      const value = input[name];
      if (value !== undefined) right = member.guard(value, `${path}/${name}`, scope) && right;
      else if (member.required) right = refuseMissing(scope, path, what, name);
    }
    return right;
  };
}

function refuseMissing(scope: Reporting, path: string, what: string, name: string): false {
  return refuse(scope, {
    path: `${path}/${name}`,
    code: "document.missing-member",
    message: `the member ${JSON.stringify(name)} of ${what} is missing`,
  });
}
