import { describe, expect, it } from "vitest";
import { EXPORT_FORMATS, type ExportFormat } from "../../../../src/core/audit/export-lines.ts";
import { ExportVerifier } from "../../../../src/core/audit/verify-export.ts";
import { invariant } from "../../../../src/core/result.ts";
import { continued, exported, records, verified } from "./an-export.ts";

/** A stream of numbers in [0, 1) that a seed decides. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Tampered {
  readonly lines: readonly string[];
  /** Where the first fault must be said to be. */
  readonly position: number;
}

/** `at` is the entry's place from 1; its line is `first + at - 1`. */
type Tamper = (
  lines: readonly string[],
  first: number,
  length: number,
  next: () => number,
) => Tampered;

const pick = (from: number, to: number, next: () => number) =>
  from + Math.floor(next() * (to - from + 1));

const edit: Tamper = (lines, first, length, next) => {
  const at = pick(1, length, next);
  const line = lines[first + at - 1] ?? "";
  const place = pick(0, line.length - 1, next);
  const old = line.charCodeAt(place);
  // Another printable character in place of the one that is there.
  const other = 0x20 + ((old - 0x20 + pick(1, 94, next)) % 95);
  const changed = line.slice(0, place) + String.fromCharCode(other) + line.slice(place + 1);
  return { lines: lines.with(first + at - 1, changed), position: at };
};

const remove: Tamper = (lines, first, length, next) => {
  const at = pick(1, length, next);
  const many = Math.min(pick(1, 3, next), length - at + 1);
  return { lines: lines.toSpliced(first + at - 1, many), position: at };
};

const insert: Tamper = (lines, first, length, next) => {
  const at = pick(1, length, next);
  const copied = lines[first + pick(1, length, next) - 1] ?? "";
  const original = lines[first + at - 1];
  // A copy before its original is seen where the original then stands a second time.
  const position = copied === original ? at + 1 : at;
  return { lines: lines.toSpliced(first + at - 1, 0, copied), position };
};

const reorder: Tamper = (lines, first, length, next) => {
  const one = pick(1, length - 1, next);
  const other = pick(one + 1, length, next);
  const [a, b] = [lines[first + one - 1] ?? "", lines[first + other - 1] ?? ""];
  return { lines: lines.with(first + one - 1, b).with(first + other - 1, a), position: one };
};

const truncate: Tamper = (lines, first, length, next) => {
  const kept = pick(0, length - 1, next);
  const end = lines.slice(first + length);
  const start = lines.slice(0, first + kept);
  // With the statement that ends the file, or as a disk that was full leaves it.
  return { lines: next() < 0.5 ? start : [...start, ...end], position: kept + 1 };
};

const TAMPERS = { edit, delete: remove, insert, reorder, truncate };
const EACH = 667;
/** So many of them are read from the first line on. */
const WHOLE = 10;

/** A verifier before each line: what comes before a tampering is the same for all, and read once. */
function verifiersOf(lines: readonly string[]): readonly ExportVerifier[] {
  const verifier = new ExportVerifier();
  return lines.map((line) => {
    const before = verifier.copy();
    verifier.add(line);
    return before;
  });
}

async function allDetected(format: ExportFormat, tamper: Tamper, seed: number) {
  const next = random(seed);
  const length = pick(400, 1_000, next);
  const lines = await exported(format, records(length));
  const first = format === "ndjson" ? 1 : 2;
  expect(await verified(lines)).toMatchObject({ fault: null, entries: length });
  const verifiers = verifiersOf(lines);
  for (let n = 0; n < EACH; n += 1) {
    const { lines: tampered, position } = tamper(lines, first, length, next);
    const same = lines.findIndex((line, index) => line !== tampered[index]);
    const verifier = n < WHOLE ? new ExportVerifier() : verifiers[same]?.copy();
    invariant(verifier !== undefined, "a tampering changes a line");
    // oxlint-disable-next-line no-await-in-loop -- thousands at once would need all memory
    const { fault } = await continued(verifier, n < WHOLE ? tampered : tampered.slice(same));
    expect({ n, position: fault?.position }).toEqual({ n, position });
  }
}

// 15 × 667 = 10,005 tamperings.
describe.each(EXPORT_FORMATS)("of 667 tamperings of an export as %s, all are found", (format) => {
  it.each(Object.entries(TAMPERS))("by %s, at the entry where they begin", async (name, tamper) => {
    await allDetected(format, tamper, name.length * 1_000 + format.length);
  });
});
