import { summary } from "./checks/run-checks.ts";
import { smoke } from "./smoke/steps.ts";

// A newcomer's first steps, as one story: each step needs the one before it.
const tally = { passed: 0, failed: 0, skipped: 0 };
const { steps, cleanUp } = await smoke();
for (const { name, run } of steps) {
  if (tally.failed > 0) {
    tally.skipped += 1;
    console.log(`skip  ${name}`);
    continue;
  }
  try {
    await run();
    tally.passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    tally.failed += 1;
    console.log(`FAIL  ${name}\n${error instanceof Error ? error.message : String(error)}`);
  }
}
await cleanUp();
console.log(`\n${summary(tally)}`);
process.exitCode = tally.failed > 0 ? 1 : 0;
