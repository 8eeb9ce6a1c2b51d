/**
 * About how many instructions a pattern of RE2 syntax compiles to, from its text alone.
 *
 * Repeats are unrolled when a pattern is compiled: a thousand characters can ask for a million
 * instructions and hundreds of megabytes. This finds that out before. It errs upwards, counts a
 * character as one, and leaves saying what is wrong with a pattern to the compiler.
 */
export function estimateProgramSize(source: string): number {
  // Sizes of the open groups, innermost last; `last` is what a repeat would be applied to.
  const open: number[] = [];
  let size = 0;
  let last = 0;
  let at = 0;
  while (at < source.length) {
    const token = tokenAt(source, at);
    at += token.length;
    if (token.kind === "open") {
      open.push(size);
      size = 2;
      last = 0;
    } else if (token.kind === "close") {
      last = size;
      size += open.pop() ?? 0;
    } else if (token.kind === "repeat") {
      const repeated = Math.max(1, last) * token.times;
      size += repeated - last;
      last = repeated;
    } else {
      last = token.size;
      size += token.size;
    }
  }
  return open.reduce((total, outer) => total + outer, size);
}

type Token =
  | { readonly kind: "open"; readonly length: number }
  | { readonly kind: "close"; readonly length: number }
  | { readonly kind: "repeat"; readonly length: number; readonly times: number }
  | { readonly kind: "atom"; readonly length: number; readonly size: number };

function tokenAt(source: string, at: number): Token {
  switch (source.charAt(at)) {
    case "(":
      return { kind: "open", length: 1 };
    case ")":
      return { kind: "close", length: 1 };
    case "[":
      return { kind: "atom", length: classLength(source, at), size: 1 };
    case "\\":
      return escapeAt(source, at);
    case "*":
    case "+":
    case "?":
      return { kind: "repeat", length: 1, times: 2 };
    case "{":
      return repeatAt(source, at);
    default:
      return { kind: "atom", length: 1, size: 1 };
  }
}

/** `\Q…\E` is text as it stands; of other escapes what follows the letter is counted as text. */
function escapeAt(source: string, at: number): Token {
  if (source[at + 1] !== "Q") return { kind: "atom", length: 2, size: 1 };
  const end = source.indexOf("\\E", at + 2);
  const length = (end === -1 ? source.length : end + 2) - at;
  return { kind: "atom", length, size: length };
}

/** An optional part takes an instruction more for each time. */
function repeatAt(source: string, at: number): Token {
  const digits = /^\{(\d{1,6})(?:(,)(\d{0,6}))?\}/.exec(source.slice(at, at + 16));
  if (digits === null) return { kind: "atom", length: 1, size: 1 };
  const [text, least = "0", comma, most = ""] = digits;
  const times = Math.max(1, Number(least), Number(most)) * (comma === undefined ? 1 : 2);
  return { kind: "repeat", length: text.length, times };
}

/** A `]` that comes first, or first after `^`, is a member; `[:alpha:]` may stand inside. */
function classLength(source: string, start: number): number {
  let at = start + 1;
  if (source[at] === "^") at += 1;
  if (source[at] === "]") at += 1;
  while (at < source.length && source[at] !== "]") {
    if (source[at] === "\\") at += 2;
    else if (source.startsWith("[:", at)) at = endOfNamedClass(source, at);
    else at += 1;
  }
  return Math.min(at + 1, source.length) - start;
}

function endOfNamedClass(source: string, start: number): number {
  const end = source.indexOf(":]", start + 2);
  return end === -1 ? start + 1 : end + 2;
}
