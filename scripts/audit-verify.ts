import { HELP, parseVerifyOptions, type VerifyOptions } from "./audit-verify/options.ts";
import { linesOf, readCheckpoints, readPublicKey } from "./audit-verify/read-inputs.ts";
import { verifyEd25519 } from "../src/adapters/crypto/ed25519.ts";
import type { ChainName, SignedCheckpoint } from "../src/core/audit/checkpoint.ts";
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

async function run({ file, key, checkpoints: files, chain }: VerifyOptions): Promise<number> {
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
  return told(file, chain, await verifier.finish(publicKey.value, verifyEd25519));
}

function told(file: string, wanted: string | null, report: ExportReport): number {
  const { fault, entries, withheld, header, head } = report;
  if (fault !== null || header === null || head === null) {
    const { line, position, what } = fault ?? { line: 0, position: null, what: "it is empty" };
    const where = position === null ? "" : `, entry ${position}`;
    console.log(`${file} is not as it was exported.`);
    console.log(`The first fault is in line ${line}${where}: ${what}.`);
    return 1;
  }
  const chain = chainText(header.chain);
  if (wanted !== null && wanted !== chain) {
    console.log(`${file} is of the chain ${chain}, not of ${wanted}.`);
    return 1;
  }
  const after = header.after.sequence;
  console.log(`${file} is as it was exported: ${entries} entries, from ${after + 1} on.`);
  console.log(`It is of the chain ${chain}, exported at ${isoTime(header.exportedAtMs)}.`);
  console.log(`Its last entry is ${head.sequence}, of ${isoTime(head.atMs)}: ${head.hash}.`);
  if (header.start !== undefined) tellStart(header.start);
  if (withheld > 0) console.log(`Of ${withheld}, details were erased, masked or withheld.`);
  tellCheckpoints(report);
  return 0;
}

function tellStart({ checkpoint: { head, prune } }: SignedCheckpoint): void {
  console.log(
    `It starts after a signed prune mark; entries 1 to ${head.sequence} are in archives.`,
  );
  if (prune === undefined) return;
  console.log(`The last of them is ${prune.archive}; its file's SHA-256 is ${prune.digest}.`);
}

function tellCheckpoints({ checkpoints }: ExportReport): void {
  const { compared, beforeStart, ofOtherChains } = checkpoints;
  if (compared > 0) console.log(`It holds what ${compared} checkpoints said.`);
  if (beforeStart > 0) {
    console.log(`Not compared: ${beforeStart} checkpoints of entries before its start.`);
  }
  if (ofOtherChains > 0) console.log(`Skipped: ${ofOtherChains} checkpoints of other chains.`);
}

function chainText(chain: ChainName): string {
  return chain.kind === "organisation"
    ? chain.organisationId
    : `${chain.organisationId}/${chain.environmentId}`;
}

/** Numbers that no `Date` can hold are told as they are. */
function isoTime(ms: number): string {
  return Number.isFinite(new Date(ms).getTime()) ? new Date(ms).toISOString() : String(ms);
}

function unchecked(words: string): number {
  console.error(words);
  return 2;
}
