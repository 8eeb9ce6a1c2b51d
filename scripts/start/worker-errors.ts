import { isRecord } from "../../src/core/json.ts";

const CONTROL_SEQUENCE = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g");
const STACK_FRAME = /^\s+at /;

/**
 * Picks out of wrangler's and the Worker's chatter what a person at the terminal must see:
 * build errors and errors the Worker logged, each as one line. The rest stays in the log file.
 */
export function createErrorFilter(onError: (line: string) => void): (line: string) => void {
  return (raw) => {
    const line = raw.replace(CONTROL_SEQUENCE, "");
    if (STACK_FRAME.test(line)) return;
    const reported = /(?:\[ERROR\]|\[wrangler:error\])\s*(.+)$/.exec(line)?.[1];
    if (reported !== undefined) onError(asFacts(reported) ?? reported);
    else if (line.includes('"level":"error"')) onError(asFacts(line) ?? line);
  };
}

/** Stacks are for the log file. */
const firstLine = (text: string) => text.split("\n", 1)[0];

/** The Worker logs one JSON object a line; on a terminal its members read better. */
function asFacts(line: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(line.slice(line.indexOf("{")));
    if (!isRecord(entry)) return undefined;
    return Object.entries(entry)
      .filter(([name]) => !["level", "time", "atMs"].includes(name))
      .map(
        ([name, value]) =>
          `${name}=${typeof value === "string" ? firstLine(value) : JSON.stringify(value)}`,
      )
      .join(" ");
  } catch {
    return undefined;
  }
}
