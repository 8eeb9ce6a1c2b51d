import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inGroups } from "../../../../src/core/events/in-groups.ts";

const itself = (size: number) => size;
const sum = (group: readonly number[]) => group.reduce((all, size) => all + size, 0);

describe("a list in groups", () => {
  it("is cut where the next would be too much, or one too many", () => {
    expect(inGroups([3, 4, 3, 5, 5, 1], itself, 10)).toEqual([[3, 4, 3], [5, 5], [1]]);
    expect(inGroups([1, 1, 1, 1, 1], itself, 10, 2)).toEqual([[1, 1], [1, 1], [1]]);
    expect(inGroups([], itself, 10)).toEqual([]);
  });

  it("has what is too large by itself alone", () => {
    expect(inGroups([1, 11, 1], itself, 10)).toEqual([[1], [11], [1]]);
  });

  it("keeps the order and everything, within both limits, in no more groups than needed", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 });
    const bounds = fc.record({ limit: fc.nat(20), most: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(sizes, bounds, (items, { limit, most }) => {
        const groups = inGroups(items, itself, limit, most);
        expect(groups.flat()).toEqual(items);
        for (const [index, group] of groups.entries()) {
          expect(group.length).toBeGreaterThan(0);
          expect(group.length).toBeLessThanOrEqual(most);
          if (group.length > 1) expect(sum(group)).toBeLessThanOrEqual(limit);
          const [next] = groups[index + 1] ?? [];
          const isFull = group.length === most || sum(group) + (next ?? 0) > limit;
          if (next !== undefined) expect(isFull).toBe(true);
        }
      }),
    );
  });
});
