import { availableParallelism } from "node:os";
import type { Check, Outcome, Tally } from "./check.ts";

/**
 * Runs the checks, at most `atOnce` side by side, and prints a line for each as it ends, and
 * one for each test that failed in it. Everything that failed checks said follows at the end.
 */
export async function runChecks(
  checks: readonly Check[],
  atOnce = availableParallelism(),
): Promise<Tally> {
  const waiting = [...checks];
  const failures: { readonly name: string; readonly output: string }[] = [];
  const total = { passed: 0, failed: 0, skipped: 0 };

  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const began = performance.now();
      const outcome = await check.run();
      console.log(line(check.name, outcome, performance.now() - began));
      for (const failure of outcome.failures) console.log(`      ${failure}`);
      total.passed += outcome.passed;
      total.failed += outcome.failed;
      total.skipped += outcome.skipped;
      if (outcome.failed > 0) failures.push({ name: check.name, output: outcome.output });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));

  for (const { name, output } of failures) console.log(`\n--- ${name}\n${output.trim()}`);
  return total;
}

/** Alone on the last line, so that programs can read it. */
export const summary = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

function line(name: string, outcome: Outcome, ms: number): string {
  const mark = outcome.failed === 0 ? "ok  " : "FAIL";
  const runs = outcome.passed + outcome.failed + outcome.skipped;
  const detail = runs > 1 ? `  (${summary(outcome)})` : "";
  return `${mark}  ${name.padEnd(28)} ${(ms / 1_000).toFixed(1).padStart(6)} s${detail}`;
}
