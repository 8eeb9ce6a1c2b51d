import { HELP, parseVerifyOptions, type VerifyOptions } from "./audit-verify/options.ts";
import { linesOf, readCheckpoints, readPublicKey } from "./audit-verify/read-inputs.ts";
import { verifyEd25519 } from "../src/adapters/crypto/ed25519.ts";
import type { SignedCheckpoint } from "../src/core/audit/checkpoint.ts";
import { type ExportReport, ExportVerifier } from "../src/core/audit/verify-export.ts";

const args = process.argv.slice(2);
const options = parseVerifyOptions(args);
if (args.includes("--help")) {
  console.log(HELP);
} else if (options.ok) {
  process.exitCode = await run(options.value);
} else {
  console.error(`${options.error}\nSee npm run audit:verify -- --help`);
  process.exitCode = 2;
}

async function run({ file, key, checkpoints: files }: VerifyOptions): Promise<number> {
  const publicKey = readPublicKey(key);
  if (!publicKey.ok) return unchecked(publicKey.error);
  const checkpoints: SignedCheckpoint[] = [];
  for (const one of files) {
    const read = readCheckpoints(one);
    if (!read.ok) return unchecked(read.error);
    checkpoints.push(...read.value);
  }
  const verifier = new ExportVerifier(checkpoints);
  try {
    for await (const line of linesOf(file)) if (!verifier.add(line)) break;
  } catch (error) {
    return unchecked(`${file} cannot be read: ${error instanceof Error ? error.message : ""}`);
  }
  return told(file, await verifier.finish(publicKey.value, verifyEd25519), checkpoints.length);
}

function told(file: string, report: ExportReport, checkpoints: number): number {
  const { fault, entries, withheld, header } = report;
  if (fault !== null) {
    const where = fault.position === null ? "" : `, entry ${fault.position}`;
    console.log(`${file} is not as it was exported.`);
    console.log(`The first fault is in line ${fault.line}${where}: ${fault.what}.`);
    return 1;
  }
  const after = header?.after.sequence ?? 0;
  console.log(`${file} is as it was exported: ${entries} entries, from ${after + 1} on.`);
  if (after > 0) console.log(`Entries 1 to ${after} were archived before.`);
  if (withheld > 0) console.log(`Of ${withheld}, details were erased, masked or withheld.`);
  if (checkpoints > 0) console.log(`It holds what ${checkpoints} checkpoints said.`);
  return 0;
}

function unchecked(words: string): number {
  console.error(words);
  return 2;
}
