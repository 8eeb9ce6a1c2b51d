import { describe, expect, it } from "vitest";
import { EXPORT_FORMATS, type ExportFormat } from "../../../../src/core/audit/export-lines.ts";
import { ExportVerifier } from "../../../../src/core/audit/verify-export.ts";
import { invariant } from "../../../../src/core/result.ts";
import {
  SEED,
  checkpointAt,
  continued,
  exported,
  pruneMarkAt,
  records,
  verified,
} from "./an-export.ts";

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

/** Of a chain that lost so many entries to an archive. */
async function allDetected(format: ExportFormat, tamper: Tamper, seed: number, pruned = 0) {
  const next = random(seed);
  const length = pick(400, 1_000, next);
  const all = records(pruned + length);
  const last = all[pruned - 1];
  const start = last === undefined ? null : await pruneMarkAt(last);
  const lines = await exported(format, all.slice(pruned), SEED, start);
  const first = format === "ndjson" ? 1 : 2;
  expect(await verified(lines)).toMatchObject({ fault: null, entries: length });
  const verifiers = verifiersOf(lines);
  for (let n = 0; n < EACH; n += 1) {
    const { lines: tampered, position } = tamper(lines, first, length, next);
    const same = lines.findIndex((line, index) => line !== tampered[index]);
    const verifier = n < WHOLE ? new ExportVerifier() : verifiers[same]?.copy();
    invariant(verifier !== undefined, "a tampering changes a line");
    const { fault } = await continued(verifier, n < WHOLE ? tampered : tampered.slice(same));
    expect({ n, position: fault?.position }).toEqual({ n, position: pruned + position });
  }
}

// 15 × 667 = 10,005 tamperings.
describe.each(EXPORT_FORMATS)("of 667 tamperings of an export as %s, all are found", (format) => {
  it.each(Object.entries(TAMPERS))("by %s, at the entry where they begin", async (name, tamper) => {
    await allDetected(format, tamper, name.length * 1_000 + format.length);
  });
});

// 5 × 667 more.
describe("of 667 tamperings of an export that starts after a prune mark, all are found", () => {
  it.each(Object.entries(TAMPERS))("by %s, at the entry where they begin", async (name, tamper) => {
    await allDetected("ndjson", tamper, name.length * 7_000, 137);
  });
});

const MANY = 200;

/** So many times, with the same chain. */
async function always(seed: number, check: (next: () => number) => Promise<void>) {
  const next = random(seed);
  for (let n = 0; n < MANY; n += 1) await check(next);
}

describe("whoever cuts a chain off at its beginning is found", () => {
  const all = records(120);
  const at = (place: number) => {
    const record = all[place - 1];
    invariant(record !== undefined, "there are 120");
    return record;
  };
  const faultAfter = async (cut: number, checkpoint: Parameters<typeof exported>[3]) =>
    (await verified(await exported("ndjson", all.slice(cut), SEED, checkpoint ?? null))).fault;

  it("when only an ordinary checkpoint is there, though everything is signed", async () => {
    await always(1, async (next) => {
      const cut = pick(1, 119, next);
      const fault = await faultAfter(cut, await checkpointAt(at(cut)));
      expect(fault).toMatchObject({ position: cut + 1 });
      expect(fault?.what).toContain("truncated at the beginning");
      expect(await faultAfter(cut, await pruneMarkAt(at(cut)))).toBeNull();
    });
  });

  it("when the prune mark is of an earlier entry, or there is none", async () => {
    await always(2, async (next) => {
      const cut = pick(2, 119, next);
      const earlier = pick(1, cut - 1, next);
      const none = await faultAfter(cut, null);
      expect(none).toMatchObject({ position: 1 });
      expect(none?.what).toContain("truncated at the beginning");
      const fault = await faultAfter(cut, await pruneMarkAt(at(earlier)));
      expect(fault).toMatchObject({ position: earlier + 1 });
      expect(fault?.what).toContain("truncated at the beginning");
    });
  });

  it("when a checkpoint was kept that says otherwise, or of what is no longer at the end", async () => {
    await always(3, async (next) => {
      const pruned = pick(1, 60, next);
      const end = pick(pruned + 1, 119, next);
      const start = await pruneMarkAt(at(pruned));
      const lines = await exported("ndjson", all.slice(pruned, end), SEED, start);
      const place = pick(pruned + 1, end, next);
      const { sequence, atMs } = at(place).entry;
      const hash = at(place - 1).entry.hash;
      const other = await checkpointAt(at(place), SEED, { head: { sequence, atMs, hash } });
      expect((await verified(lines, [other])).fault).toMatchObject({ position: place });
      const beyond = await checkpointAt(at(pick(end + 1, 120, next)));
      const { fault } = await verified(lines, [beyond]);
      expect(fault).toMatchObject({ position: end + 1 });
      expect(fault?.what).toContain("truncated at the end");
    });
  });
});
