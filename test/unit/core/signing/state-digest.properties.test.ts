import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { DocumentKind } from "../../../../src/core/documents/snapshot.ts";
import { type DocumentChange, StateDigest } from "../../../../src/core/signing/state-digest.ts";

const kinds: readonly DocumentKind[] = ["flag", "segment", "experiment", "holdout", "key"];
const changes = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    key: fc.constantFrom("a", "b", "c", "ä", "constructor", "d/e"),
    state: fc.option(
      fc.record({ version: fc.integer({ min: 1, max: 3 }), document: fc.jsonValue() }),
    ),
  }),
  { maxLength: 40 },
);

const nameOf = ({ kind, key }: DocumentChange) => `${kind}/${key}`;
const rootsOf = ({ documentsRoot, keysRoot }: StateDigest) => ({ documentsRoot, keysRoot });

/** What is left after changes, in an order that has nothing to do with theirs. */
function left(all: readonly DocumentChange[]): readonly DocumentChange[] {
  const newest = new Map(all.map((change) => [nameOf(change), change]));
  return [...newest.values()]
    .filter(({ state }) => state !== null)
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? 1 : -1));
}

it("a digest is that of what is held, by whichever steps and in whichever order it came", () => {
  fc.assert(
    fc.property(changes, fc.nat({ max: 40 }), (all, cut) => {
      const inSteps = StateDigest.empty.after(all.slice(0, cut)).after(all.slice(cut));
      const oneByOne = all.reduce((digest, change) => digest.after([change]), StateDigest.empty);
      const anew = rootsOf(StateDigest.empty.after(left(all)));
      expect(rootsOf(inSteps)).toEqual(anew);
      expect(rootsOf(oneByOne)).toEqual(anew);
    }),
  );
});

it("two digests are the same only for the same documents", () => {
  fc.assert(
    fc.property(changes, changes, (one, other) => {
      const same = JSON.stringify(texts(one)) === JSON.stringify(texts(other));
      const [first, second] = [one, other].map((all) => rootsOf(StateDigest.empty.after(all)));
      const isSame = JSON.stringify(first) === JSON.stringify(second);
      expect(isSame).toBe(same);
    }),
  );
});

it("a digest stays what it was when another one is made from it", () => {
  fc.assert(
    fc.property(changes, changes, (before, after) => {
      const digest = StateDigest.empty.after(before);
      const then = rootsOf(StateDigest.empty.after(before));
      digest.after(after);
      expect(rootsOf(digest)).toEqual(then);
    }),
  );
});

/** Members in one order, and no negative zero: as JSON would keep them. */
function texts(all: readonly DocumentChange[]): readonly string[] {
  return left(all).map((change) => JSON.stringify(sorted(change)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}
