import { childPointer } from "../json-pointer.ts";
import type { UnknownRecord } from "../json.ts";
import type { Issue } from "../issue.ts";
import { hintOf } from "./nearest-name.ts";
import { shown } from "./shown.ts";

/** True when the object has the member; one that is `undefined` does not count, as in JSON. */
export function hasMember(object: UnknownRecord, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined;
}

/** Reports each member that is not known, with the nearest known one; false when there is one. */
export function onlyKnownMembers(
  object: UnknownRecord,
  known: readonly string[],
  path: string,
  code: string,
  issues: Issue[],
): boolean {
  let isClean = true;
  for (const name of Object.keys(object)) {
    if (known.includes(name) || object[name] === undefined) continue;
    isClean = false;
    issues.push({
      path: childPointer(path, name),
      code,
      message: `unknown member ${shown(name)}; ${hintOf(name, known)}`,
    });
  }
  return isClean;
}
