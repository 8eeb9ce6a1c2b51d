import { err, ok, type Result } from "../result.ts";
import { readText } from "./read-text.ts";

export interface RawAttribute {
  readonly prefix: string;
  readonly name: string;
  readonly value: string;
}

/** A tag as it is written, before prefixes are resolved. */
export interface RawTag {
  readonly kind: "open" | "close" | "empty";
  readonly qualifiedName: string;
  readonly prefix: string;
  readonly name: string;
  readonly attributes: readonly RawAttribute[];
  /** Where the text goes on after it. */
  readonly end: number;
}

/** Declarations of namespaces are among them. */
const MOST_ATTRIBUTES = 64;

const NAME = String.raw`[A-Za-z_][A-Za-z0-9_.-]*`;
const QUALIFIED = String.raw`(?:${NAME}:)?${NAME}`;
const TAG_NAME = new RegExp(String.raw`<(/?)(${QUALIFIED})`, "y");
const ATTRIBUTE = new RegExp(String.raw`\s+(${QUALIFIED})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')`, "y");
const TAG_END = /\s*(\/?)>/y;

/** Reads the tag that begins at `at`. Names are ASCII, as they are wherever this is used. */
export function readTag(text: string, at: number): Result<RawTag, string> {
  const [whole, slash, qualifiedName] = matchAt(TAG_NAME, text, at) ?? [];
  if (whole === undefined || qualifiedName === undefined) {
    return err(`there is no tag at ${text.slice(at, at + 20)}`);
  }
  const read = readAttributes(text, at + whole.length);
  if (!read.ok) return read;
  const { attributes, end } = read.value;
  const close = matchAt(TAG_END, text, end);
  const kind = close && kindOf(slash === "/", close[1] === "/", attributes.length > 0);
  if (close === null || kind === null) {
    return err(`the tag <${slash ?? ""}${qualifiedName} is not well formed`);
  }
  const name = splitName(qualifiedName);
  return ok({ kind, qualifiedName, ...name, attributes, end: end + close[0].length });
}

function kindOf(closes: boolean, isEmpty: boolean, hasAttributes: boolean): RawTag["kind"] | null {
  if (closes) return isEmpty || hasAttributes ? null : "close";
  return isEmpty ? "empty" : "open";
}

function readAttributes(
  text: string,
  from: number,
): Result<{ readonly attributes: readonly RawAttribute[]; readonly end: number }, string> {
  const attributes: RawAttribute[] = [];
  let end = from;
  for (;;) {
    const match = matchAt(ATTRIBUTE, text, end);
    if (match === null) return ok({ attributes, end });
    const value = readAttribute(match[2] ?? match[3] ?? "");
    if (!value.ok) return value;
    if (attributes.length >= MOST_ATTRIBUTES) {
      return err(`an element has more than ${MOST_ATTRIBUTES} attributes`);
    }
    attributes.push({ ...splitName(match[1] ?? ""), value: value.value });
    end += match[0].length;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function splitName(qualified: string): { readonly prefix: string; readonly name: string } {
  const colon = qualified.indexOf(":");
  return { prefix: qualified.slice(0, Math.max(colon, 0)), name: qualified.slice(colon + 1) };
}

/** White space that is written out counts as spaces; what is written as a reference stays. */
const readAttribute = (raw: string) => readText(raw.replaceAll(/[\t\n]/g, " "));
