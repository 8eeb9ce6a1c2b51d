import { childPointer } from "../json-pointer.ts";
import { isRecord } from "../json.ts";
import type { PiiKind } from "./finding.ts";
import { findPii } from "./find-pii.ts";
import { type MaskingMode, maskText } from "./mask.ts";

/** Something personal or secret in a document. */
export interface PlacedPii {
  /** JSON Pointer of the text, or of the member whose name it is. */
  readonly path: string;
  readonly kind: PiiKind;
}

/** Below this, a number has too few digits for a card. */
const LEAST_CARD = 1e12;

/** Where in a JSON value there is something personal or secret: texts, names, long numbers. */
export function findPiiInJson(value: unknown, path = ""): readonly PlacedPii[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => findPiiInJson(item, childPointer(path, index)));
  }
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([name, member]) => {
      const place = childPointer(path, name);
      return [...inText(name, place), ...findPiiInJson(member, place)];
    });
  }
  return inText(textOf(value), path);
}

const inText = (text: string, path: string): readonly PlacedPii[] =>
  text === "" ? [] : findPii(text).map(({ kind }) => ({ path, kind }));

/** A scalar as text, where it may hold something; otherwise the empty text. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" && value >= LEAST_CARD ? String(value) : "";
}

/**
 * A JSON value with everything personal or secret in it masked or removed, names of members
 * included. Two names that become the same are told apart by a number. `off`: the value itself.
 */
export function maskDetail(value: unknown, mode: MaskingMode): unknown {
  if (mode === "off") return value;
  if (Array.isArray(value)) return value.map((item) => maskDetail(item, mode));
  if (isRecord(value)) {
    const taken = new Set<string>();
    const members = Object.entries(value).map(([name, member]) => {
      const masked = unlike(taken, maskText(name, mode));
      taken.add(masked);
      return [masked, maskDetail(member, mode)] as const;
    });
    return Object.fromEntries(members);
  }
  const text = textOf(value);
  const masked = text === "" ? "" : maskText(text, mode);
  return masked === text ? value : masked;
}

function unlike(taken: ReadonlySet<string>, name: string): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count += 1) unique = `${name} (${count})`;
  return unique;
}
