import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { CompiledFlag } from "../../../../src/core/evaluation/compiled-flag.ts";
import { FlagTable } from "../../../../src/core/evaluation/flag-table.ts";
import { flag, rulesetOf } from "./build.ts";

const compiled = (key: string): CompiledFlag => {
  const made = rulesetOf({ flags: [flag({ key })] }).flags.get(key);
  if (made === undefined) throw new Error(`${key} was not compiled`);
  return made;
};
const NAMES = Array.from({ length: 400 }, (_, i) => `flag-${i}`);
const FLAGS = new Map(NAMES.map((name) => [name, compiled(name)]));

const changes = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.boolean()), { maxLength: 120 })
  .map(
    (list) => new Map(list.map(([key, stays]) => [key, stays ? (FLAGS.get(key) ?? null) : null])),
  );

it("a table after any changes holds what a plain map would, and the tables before it stay", () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 12 }), fc.nat(12), (steps, walked) => {
      let table = FlagTable.empty;
      const model = new Map<string, CompiledFlag>();
      const kept: { table: FlagTable; expected: Map<string, CompiledFlag> }[] = [];
      for (const [index, step] of steps.entries()) {
        table = table.with(step);
        for (const [key, state] of step) {
          if (state === null) model.delete(key);
          else model.set(key, state);
        }
        if (index === walked)
          expect(new Map(Array.from(table.values(), (flag) => [flag.key, flag]))).toEqual(model);
        kept.push({ table, expected: new Map(model) });
      }
      for (const { table: earlier, expected } of kept) {
        expect(earlier.size).toBe(expected.size);
        for (const name of NAMES) {
          expect(earlier.get(name)).toBe(expected.get(name));
          expect(earlier.has(name)).toBe(expected.has(name));
        }
        expect(new Set(earlier.keys())).toEqual(new Set(expected.keys()));
        expect([...earlier.values()]).toHaveLength(expected.size);
      }
    }),
    { numRuns: 60, seed: 11 },
  );
});
