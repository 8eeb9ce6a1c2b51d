import { isRecord, type UnknownRecord } from "../../../src/core/json.ts";

/** An HTTP answer with its body as text: some checks are about the very bytes. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The body as an object; `undefined`: it is none. */
export function bodyOf(answer: Answer): UnknownRecord | undefined {
  try {
    const value: unknown = JSON.parse(answer.text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A bulk's items by flag key, each as the text that was sent. */
export function itemTexts(answer: Answer): ReadonlyMap<string, string> {
  const items = new Map<string, string>();
  const start = /"flags"\s*:\s*\[/.exec(answer.text);
  if (start === null) return items;
  let begin = -1;
  let depth = 0;
  // Strings are one token, so that braces in them do not count.
  const tokens = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;
  tokens.lastIndex = start.index + start[0].length;
  for (let token = tokens.exec(answer.text); token !== null; token = tokens.exec(answer.text)) {
    const [mark] = token;
    if (mark === "{" || mark === "[") {
      if (depth === 0) begin = token.index;
      depth += 1;
    } else if (mark === "}" || mark === "]") {
      if (depth === 0) break;
      depth -= 1;
      if (depth === 0) {
        const text = answer.text.slice(begin, token.index + 1);
        items.set(String(bodyOf({ ...answer, text })?.["key"]), text);
      }
    }
  }
  return items;
}

/** A bulk's items as objects, in the order in which they came. */
export function itemsOf(answer: Answer): readonly UnknownRecord[] {
  const flags = bodyOf(answer)?.["flags"];
  return Array.isArray(flags) ? flags.filter((flag) => isRecord(flag)) : [];
}
