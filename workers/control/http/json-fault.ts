import { assertNever } from "../../../src/core/result.ts";

/** Where a text stops being JSON, and why. Lines and columns count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LITERAL = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

type Expecting = "value" | "value-or-]" | "name" | "name-or-}" | "colon" | "comma" | "end";

const WANTED: Readonly<Record<Expecting, string>> = {
  value: "a value",
  "value-or-]": "a value or ]",
  name: "a field name in double quotes",
  "name-or-}": "a field name in double quotes or }",
  colon: "a colon after the field name",
  comma: "a comma or the end of the list or object",
  end: "nothing more",
};

/**
 * Finds the first fault of a text that `JSON.parse` refuses, whose own message often names no
 * place. Keeps its own stack, so that depth cannot exhaust the engine's.
 */
export function findJsonFault(text: string): JsonFault {
  const open: Open = [];
  let expecting: Expecting = "value";
  let at = skip(SPACE, text, 0);
  while (at < text.length) {
    const next = step(text, at, expecting, open);
    if (next === undefined) return faultAt(text, at, expecting);
    expecting = next.expecting;
    at = skip(SPACE, text, next.at);
  }
  return faultAt(text, at, expecting);
}

interface Step {
  readonly at: number;
  readonly expecting: Expecting;
}

type Open = ("[" | "{")[];

/** One token further; `undefined` when what stands here may not. */
function step(text: string, at: number, expecting: Expecting, open: Open): Step | undefined {
  switch (expecting) {
    case "end":
      return undefined;
    case "colon":
      return text[at] === ":" ? { at: at + 1, expecting: "value" } : undefined;
    case "comma":
      return afterValue(text[at], at, open);
    case "name":
      return name(text, at);
    case "name-or-}":
      return text[at] === "}" ? close(at, open) : name(text, at);
    case "value":
      return value(text, at, open);
    case "value-or-]":
      return text[at] === "]" ? close(at, open) : value(text, at, open);
    default:
      return assertNever(expecting);
  }
}

const afterAll = (open: Open): Expecting => (open.length === 0 ? "end" : "comma");

function close(at: number, open: Open): Step {
  open.pop();
  return { at: at + 1, expecting: afterAll(open) };
}

function afterValue(character: string | undefined, at: number, open: Open): Step | undefined {
  const isList = open.at(-1) === "[";
  if (character === ",") return { at: at + 1, expecting: isList ? "value" : "name" };
  return character === (isList ? "]" : "}") ? close(at, open) : undefined;
}

function name(text: string, at: number): Step | undefined {
  const end = endOfString(text, at);
  return end === at ? undefined : { at: end, expecting: "colon" };
}

function value(text: string, at: number, open: Open): Step | undefined {
  const character = text[at];
  if (character === "[" || character === "{") {
    open.push(character);
    return { at: at + 1, expecting: character === "[" ? "value-or-]" : "name-or-}" };
  }
  const end = Math.max(endOfString(text, at), skip(NUMBER, text, at), skip(LITERAL, text, at));
  return end === at ? undefined : { at: end, expecting: afterAll(open) };
}

/** Where the pattern's match at this place ends; the place itself when there is none. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Where the string that begins here ends; the place itself when none does. */
function endOfString(text: string, from: number): number {
  if (text[from] !== '"') return from;
  let at = from + 1;
  while (at < text.length && text[at] !== '"') {
    const isEscape = text[at] === "\\";
    const next = isEscape ? skip(ESCAPE, text, at) : at + 1;
    if (next === at || (!isEscape && text.charCodeAt(at) < 0x20)) return from;
    at = next;
  }
  return at < text.length ? at + 1 : from;
}

function faultAt(text: string, at: number, expecting: Expecting): JsonFault {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  const found =
    at >= text.length ? "the text ends" : `${JSON.stringify(text.slice(at, at + 12))} stands`;
  return {
    line,
    column,
    message: `not JSON: ${found} at line ${line}, column ${column}, where ${WANTED[expecting]} is expected`,
  };
}
