import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { isRecord, type UnknownRecord } from "../../src/core/json.ts";
import { ROOT, tool } from "../lib/paths.ts";
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
  const failures = failedOf(report, "testResults").flatMap(failuresIn);
  // An error between tests fails the run, but no test of its own.
  const failed = failures.length === 0 && code !== 0 ? 1 : failures.length;
  return { passed, failed, skipped, failures, output };
}

/** Each failed test by name and reason. A file that failed before one of its tests could is one, too. */
function failuresIn(file: UnknownRecord): readonly string[] {
  const path = relative(ROOT, String(file["name"]));
  const tests = failedOf(file, "assertionResults");
  if (tests.length === 0) return [`${path}: ${firstLine(file["message"])}`];
  return tests.map(
    ({ fullName, failureMessages: why }) =>
      `${path}: ${String(fullName)}: ${firstLine(Array.isArray(why) ? why[0] : "")}`,
  );
}

function failedOf(report: UnknownRecord, list: string): readonly UnknownRecord[] {
  const items: readonly unknown[] = Array.isArray(report[list]) ? report[list] : [];
  return items.filter(isRecord).filter(({ status }) => status === "failed");
}

const firstLine = (text: unknown): string => String(text).split("\n", 1)[0] ?? "";

function count(report: UnknownRecord, name: string): number {
  const value = report[name];
  return typeof value === "number" ? value : 0;
}
