import { describe, expect, it } from "vitest";
import { differences } from "../../../../src/core/audit/diff.ts";
import { mergeView } from "../../../../src/core/audit/merge-view.ts";
import {
  rangeAfter,
  readViewCursor,
  viewCursorText,
  type ViewCursor,
} from "../../../../src/core/audit/view-cursor.ts";

const of = (before: unknown, after: unknown) => differences(before, after, 100);

describe("differences", () => {
  it("name the innermost places, escaped as JSON Pointers", () => {
    expect(of({ a: { "b/c": 1, same: [1] } }, { a: { "b/c": 2, same: [1] } })).toEqual([
      { path: "/a/b~1c", before: 1, after: 2 },
    ]);
  });

  it("leave out the side on which a place is not there", () => {
    expect(of({ a: 1 }, { b: null })).toEqual([
      { path: "/a", before: 1 },
      { path: "/b", after: null },
    ]);
    expect(of([1, 2, 3], [1, 4])).toEqual([
      { path: "/1", before: 2, after: 4 },
      { path: "/2", before: 3 },
    ]);
  });

  it("show the whole when it came, went, or became another kind of thing", () => {
    expect(of(null, { a: 1 })).toEqual([{ path: "", after: { a: 1 } }]);
    expect(of({ a: 1 }, null)).toEqual([{ path: "", before: { a: 1 } }]);
    expect(of({ a: [1] }, { a: { b: 1 } })).toEqual([{ path: "/a", before: [1], after: { b: 1 } }]);
  });

  it("are none for what prints the same", () => {
    expect(of({ a: 1, b: { c: [] } }, { b: { c: [] }, a: 1 })).toEqual([]);
    expect(of(undefined, null)).toEqual([]);
  });

  it("end at the most that is asked for", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, n]));
    expect(differences({}, many, 7)).toHaveLength(7);
  });

  it("are not misled by members that every object inherits", () => {
    expect(of({}, { constructor: 1, toString: 2 })).toEqual([
      { path: "/constructor", after: 1 },
      { path: "/toString", after: 2 },
    ]);
  });
});

const at = (atMs: number, chain: string, position: number): ViewCursor => ({
  atMs,
  chain,
  position,
});

describe("a merged page", () => {
  it("is in order of time, newest first", () => {
    const own = { items: [at(9, "", 3), at(5, "", 2)], more: false };
    const other = { items: [at(7, "e", 2), at(1, "e", 1)], more: false };
    expect(mergeView([own, other], 10)).toEqual({
      items: [own.items[0], other.items[0], own.items[1], other.items[1]],
      more: false,
    });
  });

  it("ends where one of the chains was not read further", () => {
    const own = { items: [at(9, "", 3), at(8, "", 2)], more: true };
    const other = { items: [at(7, "e", 2), at(1, "e", 1)], more: false };
    expect(mergeView([own, other], 10)).toEqual({ items: own.items, more: true });
  });

  it("says that more follows when the limit cut it", () => {
    const own = { items: [at(9, "", 3), at(8, "", 2)], more: false };
    expect(mergeView([own], 1)).toEqual({ items: [at(9, "", 3)], more: true });
    expect(mergeView([own], 2).more).toBe(false);
  });
});

describe("a cursor of the view", () => {
  it.each([
    { chain: "b", after: { before: 17, untilMs: null } },
    { chain: "c", after: { before: null, untilMs: 9 } },
    // What this one has of the same moment was on the page before.
    { chain: "a", after: { before: null, untilMs: 8 } },
  ])("has chain $chain go on without anything twice or left out", ({ chain, after }) => {
    expect(rangeAfter(at(9, "b", 17), chain)).toEqual(after);
    expect(rangeAfter(null, chain)).toEqual({ before: null, untilMs: null });
  });

  it("is read as it was written, and nothing else is one", () => {
    const cursor = at(1_800_000_000_000, "abcd1234", 17);
    expect(readViewCursor(viewCursorText(cursor))).toEqual(cursor);
    for (const text of ["", "1.2", "1.2.UPPER", "-1.2.", "1.2.3.4"]) {
      expect(readViewCursor(text)).toBeUndefined();
    }
  });
});
