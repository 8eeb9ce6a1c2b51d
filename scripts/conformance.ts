import { runChecks } from "../test/conformance/ofrep/check.ts";
import { CHECKS } from "../test/conformance/ofrep/checks.ts";
import { OfrepClient, sendTo } from "../test/conformance/ofrep/client.ts";
import {
  HELP,
  parseConformanceOptions,
  type RunOptions,
} from "../test/conformance/ofrep/options.ts";
import { seedDescription } from "../test/conformance/ofrep/print-seed.ts";
import { countsOf, lineOf, summaryOf } from "../test/conformance/ofrep/report.ts";
import { seedSwitchyard } from "../test/conformance/ofrep/switchyard/seeding.ts";
import type { Target } from "../test/conformance/ofrep/target.ts";

const options = parseConformanceOptions(process.argv.slice(2));
if (typeof options === "string") {
  console.error(`${options}\nSee npm run conformance -- --help`);
  process.exitCode = 2;
} else if (options.kind === "help") {
  console.log(HELP);
} else if (options.kind === "print-seed") {
  console.log(seedDescription());
} else {
  process.exitCode = await run(options);
}

async function run(options: RunOptions): Promise<number> {
  let target: Target;
  try {
    target = { ...(await targetOf(options)), heartbeatMs: options.heartbeatMs };
  } catch (error) {
    console.error(`The server could not be seeded. ${String(error)}`);
    return 1;
  }
  const results = await runChecks(CHECKS, target, (result) => {
    if (!options.json) console.log(lineOf(result));
  });
  const { url } = options;
  const counts = countsOf(results);
  if (options.json) console.log(JSON.stringify({ url, ...counts, results }, undefined, 2));
  else console.log(`\n${summaryOf(results)}`);
  return counts.failed === 0 ? 0 : 1;
}

async function targetOf({ url, settleMs, server }: RunOptions): Promise<Target> {
  if (server.kind === "administered") return await seedSwitchyard({ url, settleMs, ...server });
  const { key, clientKey, otherKey, revokedKey, prefix } = server;
  return {
    url,
    client: new OfrepClient(sendTo(url), key),
    serverKey: key,
    prefix,
    settleMs,
    ...(clientKey === undefined ? {} : { clientKey }),
    ...(otherKey === undefined ? {} : { otherKey }),
    ...(revokedKey === undefined ? {} : { revokedKey }),
  };
}
