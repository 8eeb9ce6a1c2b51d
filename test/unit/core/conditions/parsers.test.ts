import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareWords, parseAddress, parseNetwork } from "../../../../src/core/conditions/ip.ts";
import { parseInstant } from "../../../../src/core/conditions/iso-date.ts";
import { NetworkTable } from "../../../../src/core/conditions/network-table.ts";
import { inSemVerRange, parseSemVerRange } from "../../../../src/core/conditions/semver-range.ts";
import {
  compareSemVer,
  parseSemVer,
  plainRank,
  rankOf,
} from "../../../../src/core/conditions/semver.ts";
import type { SemVer } from "../../../../src/core/conditions/semver.ts";
import type { Result } from "../../../../src/core/result.ts";

function read<T>(result: Result<T, string>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe("parseInstant", () => {
  it("reads what the platform's own Date writes, for every day from year 0 to 9999", () => {
    const first = Date.UTC(2000, 0, 1) - 2000 * 365.2425 * 86_400_000;
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (instant) => {
        expect(parseInstant(new Date(instant).toISOString())).toEqual({ ok: true, value: instant });
      }),
      { numRuns: 5_000 },
    );
  });

  it("reads every day of four centuries, and no other day", () => {
    for (let year = 1896; year <= 2296; year += 1) {
      for (let month = 1; month <= 12; month += 1) {
        const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
        const prefix = `${year}-${String(month).padStart(2, "0")}-`;
        expect(parseInstant(`${prefix}${lastDay}`)).toEqual({
          ok: true,
          value: Date.UTC(year, month - 1, lastDay),
        });
        expect(parseInstant(`${prefix}${lastDay + 1}`).ok).toBe(false);
      }
    }
  });

  it("takes an offset away", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: -1439, max: 1439 }),
        (instant, offset) => {
          const local = new Date(instant + offset * 60_000).toISOString().slice(0, -1);
          const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map(
            (part) => String(part).padStart(2, "0"),
          );
          const text = `${local}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
          expect(parseInstant(text)).toEqual({ ok: true, value: instant });
        },
      ),
    );
  });
});

const version = fc
  .record({
    numbers: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
    prerelease: fc.array(fc.constantFrom("0", "1", "10", "alpha", "rc", "-"), { maxLength: 3 }),
  })
  .map(({ numbers, prerelease }) =>
    prerelease.length === 0 ? numbers.join(".") : `${numbers.join(".")}-${prerelease.join(".")}`,
  );

const order = (a: string, b: string): number =>
  Math.sign(compareSemVer(read(parseSemVer(a)), read(parseSemVer(b))));

const isIn = (text: string, range: string): boolean =>
  inSemVerRange(read(parseSemVer(text)), read(parseSemVerRange(range)));

describe("SemVer", () => {
  it("orders versions totally", () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(order(a, b) === 0).toBe(a === b);
        expect(order(a, b) + order(b, a)).toBe(0);
        if (order(a, b) < 0 && order(b, c) < 0) expect(order(a, c)).toBe(-1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("ranks plain versions as it compares them, at the largest numbers too", () => {
    const number = fc.oneof(fc.nat(3), fc.integer({ min: 99_990, max: 131_080 }), fc.maxSafeNat());
    const numbers = fc.tuple(number, number, number).map((parts) => parts.join("."));
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const limit = rankOf(read(parseSemVer(b)));
        const distance = plainRank(a) - limit;
        if (!Number.isNaN(distance)) expect(Math.sign(distance)).toBe(order(a, b));
        if (!Number.isNaN(plainRank(a))) expect(rankOf(read(parseSemVer(a)))).toBe(plainRank(a));
      }),
      { numRuns: 2_000, examples: [["99999.99999.99999", "99999.99999.99998"]] },
    );
    expect(plainRank("99999.99999.99999")).toBeLessThan(Number.MAX_SAFE_INTEGER);
    for (const other of ["1.2", "1.2.3.4", "1.2.", ".1.2", "01.2.3", "1.2.3-rc", "100000.0.0"]) {
      expect(plainRank(other)).toBeNaN();
    }
  });

  it("puts every version below, in, or above a family, in exactly one", () => {
    fc.assert(
      fc.property(version, fc.constantFrom("1", "1.2", "1.2.3", "0.x", "2.*.*"), (text, family) => {
        const places = [`<${family}`, family, `>${family}`].map((range) => isIn(text, range));
        expect(places.filter(Boolean)).toHaveLength(1);
        expect(isIn(text, `<=${family}`)).toBe(places[0] || places[1]);
        expect(isIn(text, `>=${family}`)).toBe(places[1] || places[2]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads a caret and a tilde as the ranges they stand for", () => {
    const same = [
      ["^1.2.3", ">=1.2.3 <2"],
      ["^0.2.3", ">=0.2.3 <0.3"],
      ["^0.0.3", ">=0.0.3 <0.0.4-0"],
      ["^1.2", ">=1.2 <2"],
      ["~1.2.3", ">=1.2.3 <1.3"],
      ["~1.2", "1.2.x"],
      ["~1", "1.x.x"],
      ["1.2 - 2.1", ">=1.2 <=2.1"],
    ] as const;
    fc.assert(
      fc.property(version, fc.constantFrom(...same), (text, [short, long]) => {
        expect(isIn(text, short)).toBe(isIn(text, long));
      }),
      { numRuns: 2_000 },
    );
  });

  it("answers for every text, and takes no long time", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("01.-+xX*^~<>=| v")) }),
        (text) => {
          const parsed: Result<SemVer, string> = parseSemVer(text);
          expect(parsed.ok || parsed.error !== "").toBe(true);
          const range = parseSemVerRange(text);
          expect(range.ok || range.error !== "").toBe(true);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(parseSemVerRange(`${"1 ".repeat(600)}x`).ok).toBe(false);
    expect(parseSemVer("1.".repeat(1_000_000)).ok).toBe(false);
  });
});

const number = ([a, b, c, d]: readonly number[]): bigint =>
  BigInt(((a! * 256 + b!) * 256 + c!) * 256 + d!);

describe("addresses", () => {
  const octet = fc.nat(255);
  const groups = fc.tuple(...Array.from({ length: 8 }, () => fc.constantFrom(0, 0, 1, 0xffff)));

  it("reads what it means, however an IPv6 address is shortened", () => {
    fc.assert(
      fc.property(groups, (given) => {
        const long = given.map((group) => group.toString(16).padStart(4, "0")).join(":");
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        expect(parseAddress(short)).toEqual(parseAddress(long.toUpperCase()));
        expect(parseAddress(short).ok).toBe(true);
      }),
    );
  });

  it("has no word outside 32 bits", () => {
    const { words } = read(parseAddress("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    expect(words).toEqual([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    expect(read(parseAddress("255.255.255.255")).words[3]).toBe(0xffffffff);
  });

  it("finds an address in a table exactly when one of its blocks begins with the same bits", () => {
    const address = fc.tuple(fc.constantFrom(10, 10, 192, 255), fc.nat(3), octet, octet);
    const block = fc.tuple(address, fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), address, (blocks, wanted) => {
        const starts = blocks.map(
          ([start, bits]) => (number(start) >> BigInt(32 - bits)) << BigInt(32 - bits),
        );
        const texts = starts.map((start, index) => {
          const parts = [24n, 16n, 8n, 0n].map((shift) => String((start >> shift) & 255n));
          return `${parts.join(".")}/${blocks[index]![1]}`;
        });
        const table = new NetworkTable(texts.map((text) => read(parseNetwork(text))));
        const expected = starts.some((start, index) => {
          const shift = BigInt(32 - blocks[index]![1]);
          return number(wanted) >> shift === start >> shift;
        });
        expect(table.has(read(parseAddress(wanted.join("."))))).toBe(expected);
        expect(table.has(read(parseAddress(`::ffff:${wanted.join(".")}`)))).toBe(expected);
        expect(table.has(read(parseAddress("2001:db8::1")))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("begins an IPv6 block at its address and ends it with all bits set", () => {
    for (const bits of [0, 1, 31, 32, 33, 63, 64, 65, 96, 127, 128]) {
      const block = read(parseNetwork(`::/${bits}`));
      expect(block.first).toEqual([0, 0, 0, 0]);
      const ones = (1n << BigInt(128 - bits)) - 1n;
      const last = block.last.reduce((all, word) => (all << 32n) | BigInt(word), 0n);
      expect(last).toBe(ones);
      expect(compareWords(block.first, block.last)).toBeLessThanOrEqual(0);
    }
  });
});
