import { assertNever } from "../result.ts";
import type { PiiFinding, PiiKind } from "./finding.ts";
import { findPii } from "./find-pii.ts";
import { BEGINNINGS, KEY_BEGINS } from "./find-secrets.ts";

/** `mask` keeps what tells a reader of which shape it was; `remove` keeps the kind alone. */
export const MASKING_MODES = ["off", "mask", "remove"] as const;
export type MaskingMode = (typeof MASKING_MODES)[number];

/** The text with everything that `findPii` finds made unreadable. Masking twice changes nothing. */
export function maskText(text: string, mode: MaskingMode = "mask"): string {
  if (mode === "off") return text;
  let masked = "";
  let at = 0;
  for (const finding of findPii(text)) {
    masked += text.slice(at, finding.from) + unreadable(text, finding, mode);
    at = finding.to;
  }
  return masked + text.slice(at);
}

function unreadable(text: string, { kind, from, to }: PiiFinding, mode: "mask" | "remove"): string {
  return mode === "remove" ? `[${kind}]` : shapeOf(kind, text.slice(from, to));
}

const SHOWN = [...BEGINNINGS, KEY_BEGINS];

function shapeOf(kind: PiiKind, value: string): string {
  switch (kind) {
    case "email":
      return `${firstCharacter(value)}***${value.slice(value.lastIndexOf("@"))}`;
    case "phone":
      return withStars(value, 2);
    case "card":
      return withStars(value, 4);
    case "iban":
      return value.slice(0, 2) + withStars(value.slice(2), 2);
    case "ip":
      return value.includes(":")
        ? `${value.split(":", 2).join(":")}:*`
        : `${value.split(".", 2).join(".")}.*.*`;
    case "secret":
      return `${SHOWN.find((beginning) => value.startsWith(beginning)) ?? ""}***`;
    default:
      return assertNever(kind);
  }
}

const firstCharacter = (value: string): string => String.fromCodePoint(value.codePointAt(0) ?? 42);

/** All letters and digits but the last few become stars; separators stay. */
function withStars(value: string, shown: number): string {
  let left = value.replaceAll(/[^A-Z0-9]/g, "").length - shown;
  return value.replaceAll(/[A-Z0-9]/g, (char) => {
    left -= 1;
    return left >= 0 ? "*" : char;
  });
}

/** Something that names a person by itself, such as a targeting key, for lists and logs. */
export function maskUnit(unit: string): string {
  const masked = maskText(unit);
  return masked === unit ? `${firstCharacter(unit)}***` : masked;
}
