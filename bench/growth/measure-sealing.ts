import { newSigningKey, signEd25519, verifyEd25519 } from "../../src/adapters/crypto/ed25519.ts";
import { compileRe2 } from "../../src/adapters/patterns/re2.ts";
import type { FlagDocument } from "../../src/core/documents/flag.ts";
import { compileRuleset } from "../../src/core/evaluation/compile-ruleset.ts";
import { canonicalJson } from "../../src/core/json.ts";
import { checkSeal } from "../../src/core/signing/check-seal.ts";
import { sealedText } from "../../src/core/signing/claim.ts";
import { signingKeyId } from "../../src/core/signing/key-id.ts";
import { claimOf, type SealedState, stateAfter } from "../../src/core/signing/sealed-state.ts";
import { halfFlag, rulesFlag, snapshotOf } from "../evaluation/engines/switchyard-flags.ts";
import { isHalf } from "../evaluation/workloads.ts";
import { median } from "../lib/quantile.ts";

/** Milliseconds, by number of flags, of the thread on a processor. */
export interface SealingFigures {
  readonly flags: number;
  readonly compile: number;
  /** Of a whole snapshot: its digest and its signature. */
  readonly check: number;
  /** The first of a process that has done neither before, as in a new isolate. */
  readonly firstCompile: number;
  readonly firstCheck: number;
  /** Of a change of one flag. */
  readonly step: number;
}

/** Run by `report-growth.ts` in a process of its own; the parameter is the number of flags. */
const [count = "200"] = process.argv.slice(2);
const { publicKey, seed } = await newSigningKey();
process.stdout.write(`${JSON.stringify(await measure(Number(count)))}\n`);

async function measure(flags: number): Promise<SealingFigures> {
  const text = canonicalJson(snapshotOf(Array.from({ length: flags }, (_, at) => flagAt(at))));
  const seal = await sealOf(read(null, { kind: "snapshot", snapshot: JSON.parse(text) }));
  const checks: number[] = [];
  const compiles: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const snapshot: unknown = JSON.parse(text);
    checks.push(await milliseconds(() => check(null, { kind: "snapshot", snapshot }, seal)));
    compiles.push(
      await milliseconds(() => {
        if (!compileRuleset(snapshot, { compilePattern: compileRe2 }).ok) throw new Error(text);
      }),
    );
  }
  const [firstCheck = 0, ...checked] = checks;
  const [firstCompile = 0, ...compiled] = compiles;
  return {
    flags,
    firstCheck,
    firstCompile,
    check: median(checked),
    compile: median(compiled),
    step: await measureSteps(read(null, { kind: "snapshot", snapshot: JSON.parse(text) }), flags),
  };
}

async function measureSteps(start: SealedState, flags: number): Promise<number> {
  let held = start;
  const times: number[] = [];
  for (let turn = 0; turn < 400; turn += 1) {
    const { environmentId, revision, acceptedAtMs } = held.header;
    const document = { ...flagAt((turn * 37) % flags), enabled: turn % 2 === 0 };
    const change = { kind: "flag", key: document.key, state: { version: turn + 2, document } };
    const header = { environmentId, since: revision, revision: revision + 1, acceptedAtMs };
    const delta = { format: "switchyard.delta/1", ...header, changes: [change] };
    const next = read(held, { kind: "delta", delta });
    const seal = await sealOf(next);
    times.push(await milliseconds(() => check(held, { kind: "delta", delta }, seal)));
    held = next;
  }
  return median(times);
}

async function check(...[held, received, seal]: [...Parameters<typeof stateAfter>, unknown]) {
  const verdict = await checkSeal([publicKey], seal, claimOf(read(held, received)), verifyEd25519);
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.error));
}

function read(...of: Parameters<typeof stateAfter>): SealedState {
  const state = stateAfter(...of);
  if (state === null) throw new Error("It cannot be read.");
  return state;
}

async function sealOf(state: SealedState): Promise<unknown> {
  const claim = claimOf(state);
  const id = signingKeyId(publicKey);
  const signers = [{ id, publicKey, createdAtMs: 0, endorsement: null }];
  const signature = await signEd25519(seed, sealedText(claim));
  return { keyId: id, signature, keysRoot: claim.keysRoot, signers };
}

function flagAt(at: number): FlagDocument {
  return isHalf(at) ? halfFlag(`flag-${at}`) : rulesFlag(`flag-${at}`);
}

async function milliseconds(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}
