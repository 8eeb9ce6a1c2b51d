import type { Result } from "./check.ts";

/** `FAIL C07 title: detail` */
export function lineOf({ outcome, id, title, detail }: Result): string {
  const text = detail === "" ? title : `${title}: ${detail}`;
  return `${outcome.padEnd(4)} ${id} ${text}`;
}

export function countsOf(results: readonly Result[]) {
  const count = (outcome: Result["outcome"]) =>
    results.filter((result) => result.outcome === outcome).length;
  return { passed: count("ok"), failed: count("FAIL"), skipped: count("skip") };
}

export function summaryOf(results: readonly Result[]): string {
  const { passed, failed, skipped } = countsOf(results);
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
