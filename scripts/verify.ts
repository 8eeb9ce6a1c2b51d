import { runChecks, summary } from "./checks/run-checks.ts";
import { verifyChecks } from "./checks/verify-checks.ts";

const tally = await runChecks(verifyChecks);
console.log(`\n${summary(tally)}`);
process.exitCode = tally.failed > 0 ? 1 : 0;
