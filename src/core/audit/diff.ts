import { canonicalJson, isRecord } from "../json.ts";
import { childPointer } from "../json-pointer.ts";

/** One place that differs. A side is absent where the place is not there. */
export interface Difference {
  /** JSON Pointer; `""` is the whole. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Where two JSON values differ: the innermost places, in the order of their names. Lists are
 * compared place by place. `null` and `undefined` as a whole are a value that is not there.
 *
 * @param most Beyond it, the rest is left out.
 */
export function differences(before: unknown, after: unknown, most: number): readonly Difference[] {
  const found: Difference[] = [];
  compare("", before ?? undefined, after ?? undefined);
  return found;

  function compare(path: string, left: unknown, right: unknown): void {
    if (found.length >= most || isSame(left, right)) return;
    const names = commonShape(left, right);
    if (names === null) {
      found.push({
        path,
        ...(left === undefined ? {} : { before: left }),
        ...(right === undefined ? {} : { after: right }),
      });
      return;
    }
    for (const name of names) compare(childPointer(path, name), at(left, name), at(right, name));
  }
}

const isSame = (left: unknown, right: unknown): boolean =>
  left === right ||
  (left !== undefined && right !== undefined && canonicalJson(left) === canonicalJson(right));

/** The members or places of both; `null` when they are not two of a kind. */
function commonShape(left: unknown, right: unknown): readonly (string | number)[] | null {
  if (Array.isArray(left) && Array.isArray(right)) {
    return [...(left.length > right.length ? left : right).keys()];
  }
  if (!isRecord(left) || !isRecord(right)) return null;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
}

function at(value: unknown, name: string | number): unknown {
  if (Array.isArray(value) && typeof name === "number") return value[name];
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
