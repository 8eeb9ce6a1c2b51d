import type { Target } from "./target.ts";

export interface Check {
  /** Stable: reports of different servers and days are compared by it. */
  readonly id: string;
  readonly title: string;
  /** Throws `Failed` or `Skipped`. What it returns is a part that could not be asked. */
  readonly run: (target: Target) => Promise<readonly string[] | void>;
}

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly outcome: "ok" | "FAIL" | "skip";
  /** What was expected and what came, why it was skipped, or what was left out. */
  readonly detail: string;
}

/** The server does something else than the protocol, or its clients, want. */
class Failed extends Error {
  override readonly name = "Failed";
}

/** The check could not be made here; the message says why. */
export class Skipped extends Error {
  override readonly name = "Skipped";
}

/** Fails the check unless `holds`. `came` is cut where it is long. */
export function expectThat(holds: boolean, expected: string, came: unknown): asserts holds {
  if (holds) return;
  const text = typeof came === "string" ? came : (JSON.stringify(came) ?? "nothing");
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
  throw new Failed(`expected ${expected}; came ${shown === "" ? "an empty body" : shown}`);
}

const LONGEST = 240;

/** Runs checks one after the other, each to its end whatever happened before. */
export async function runChecks(
  checks: readonly Check[],
  target: Target,
  onResult: (result: Result) => void = () => {},
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const check of checks) {
    const result = { id: check.id, title: check.title, ...(await outcomeOf(check, target)) };
    results.push(result);
    onResult(result);
  }
  return results;
}

async function outcomeOf(
  check: Check,
  target: Target,
): Promise<Pick<Result, "outcome" | "detail">> {
  try {
    const left = (await check.run(target)) ?? [];
    return { outcome: "ok", detail: left.length === 0 ? "" : `not asked: ${left.join("; ")}` };
  } catch (error) {
    if (error instanceof Skipped) return { outcome: "skip", detail: error.message };
    if (error instanceof Failed) return { outcome: "FAIL", detail: error.message };
    return { outcome: "FAIL", detail: `expected an answer; came ${causeOf(error)}` };
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
