import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { oneOutcome, programCheck, type Check } from "../../../scripts/checks/check.ts";
import { runChecks, summary } from "../../../scripts/checks/run-checks.ts";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { outcomeOf } from "../../../scripts/checks/vitest-check.ts";

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

const node = (code: string) => programCheck("node", process.execPath, ["-e", code]);

const tally = (report: object, code: number) => summary(outcomeOf(report, code, ""));

const many: Check = {
  name: "many tests",
  run: () =>
    Promise.resolve({ passed: 3, failed: 0, skipped: 2, failures: [], output: "all fine" }),
};

it("adds up all runners, and shows in full only what failed", async () => {
  const broken: Check = { name: "broken", run: () => Promise.resolve(oneOutcome(false, "why")) };
  const all = await runChecks([many, broken], 1);
  expect(summary(all)).toBe("3 passed, 1 failed, 2 skipped");
  expect(printed.join("\n")).toContain("FAIL  broken");
  expect(printed.join("\n")).toContain("--- broken\nwhy");
  expect(printed.join("\n")).not.toContain("all fine");
});

it("takes a program at its exit code", async () => {
  expect(await node("console.log('said')").run()).toMatchObject({ passed: 1, failed: 0 });
  expect(await node("console.error('why'); process.exit(3)").run()).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [],
    output: "why\n",
  });
});

it("counts a program that is not there as failed, and says so", async () => {
  expect(await programCheck("none", "no-such-program", []).run()).toMatchObject({
    failed: 1,
    output: expect.stringContaining("no-such-program"),
  });
});

it("names each test that failed below the line of its runner", async () => {
  const testResults = [
    {
      status: "failed",
      name: join(ROOT, "test/unit/sum.test.ts"),
      assertionResults: [
        { status: "passed", fullName: "adds" },
        {
          status: "failed",
          fullName: "takes away",
          failureMessages: ["Error: 1 is not 2\n    at"],
        },
      ],
    },
    {
      status: "failed",
      name: join(ROOT, "test/unit/torn.test.ts"),
      assertionResults: [],
      message: "Unexpected end of input\n    at",
    },
  ];
  const tests: Check = {
    name: "tests",
    run: () => Promise.resolve(outcomeOf({ numPassedTests: 1, testResults }, 1, "")),
  };
  expect(summary(await runChecks([tests], 1))).toBe("1 passed, 2 failed, 0 skipped");
  expect(printed.slice(1, 3).map((line) => line.trim())).toEqual([
    "test/unit/sum.test.ts: takes away: Error: 1 is not 2",
    "test/unit/torn.test.ts: Unexpected end of input",
  ]);
});

it("counts tests, files that could not be loaded, and errors between tests", () => {
  const counts = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
  const testResults = [
    { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] },
    { status: "failed", assertionResults: [] },
    { status: "passed", assertionResults: [{ status: "passed" }] },
  ];
  expect(tally({ ...counts, testResults }, 1)).toBe("5 passed, 2 failed, 3 skipped");
  expect(tally({ numPassedTests: 5, testResults: [] }, 1)).toBe("5 passed, 1 failed, 0 skipped");
  expect(tally({ numPassedTests: 5, testResults: [] }, 0)).toBe("5 passed, 0 failed, 0 skipped");
  expect(tally([], 1)).toBe("0 passed, 1 failed, 0 skipped");
});
