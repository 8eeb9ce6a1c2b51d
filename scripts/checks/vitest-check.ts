import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRecord, type UnknownRecord } from "../../src/core/json.ts";
import { tool } from "../lib/paths.ts";
import { runProcess } from "../lib/run-process.ts";
import { oneOutcome, type Check, type Outcome } from "./check.ts";

/** Runs projects of vitest.config.ts; every test counts as one. */
export function vitestCheck(name: string, projects: readonly string[]): Check {
  return {
    name,
    async run() {
      const folder = mkdtempSync(join(tmpdir(), "switchyard-vitest-"));
      const report = join(folder, "report.json");
      const { code, output } = await runProcess(
        tool("vitest"),
        [
          "run",
          ...projects.flatMap((project) => ["--project", project]),
          "--reporter=dot",
          "--reporter=json",
          `--outputFile.json=${report}`,
        ],
        { NO_COLOR: "1", FORCE_COLOR: "0", CI: process.env["CI"] ?? "1" },
      );
      try {
        return outcomeOf(JSON.parse(readFileSync(report, "utf8")), code, output);
      } catch {
        return oneOutcome(false, output);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Vitest's JSON report, summed up. */
export function outcomeOf(report: unknown, code: number, output: string): Outcome {
  if (!isRecord(report)) return oneOutcome(false, output);
  const passed = count(report, "numPassedTests");
  const skipped = count(report, "numPendingTests") + count(report, "numTodoTests");
  const failed = count(report, "numFailedTests") + unloadedFiles(report);
  // An error between tests fails the run, but no test of its own.
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped, output };
}

/** Files that failed before one of their tests could: each counts as one. */
function unloadedFiles(report: UnknownRecord): number {
  const files: readonly unknown[] = Array.isArray(report["testResults"])
    ? report["testResults"]
    : [];
  return files.filter((file) => isRecord(file) && file["status"] === "failed" && !hasFailure(file))
    .length;
}

function hasFailure({ assertionResults }: UnknownRecord): boolean {
  const tests: readonly unknown[] = Array.isArray(assertionResults) ? assertionResults : [];
  return tests.some((test) => isRecord(test) && test["status"] === "failed");
}

function count(report: UnknownRecord, name: string): number {
  const value = report[name];
  return typeof value === "number" ? value : 0;
}
