import { deployChecks } from "./checks/deploy-checks.ts";
import { runChecks, summary } from "./checks/run-checks.ts";
import { verifyChecks } from "./checks/verify-checks.ts";
import { vitestCheck } from "./checks/vitest-check.ts";

const quick = await runChecks(verifyChecks);
// These have the machine to themselves: they start runtimes and watch the clock.
const whole = await runChecks(
  [
    vitestCheck("properties", ["properties"]),
    vitestCheck("tests in the runtime", ["workers"]),
    vitestCheck("tests of deployments", ["harness"]),
    ...deployChecks,
  ],
  1,
);
const all = {
  passed: quick.passed + whole.passed,
  failed: quick.failed + whole.failed,
  skipped: quick.skipped + whole.skipped,
};
console.log(`\n${summary(all)}`);
process.exitCode = all.failed > 0 ? 1 : 0;
