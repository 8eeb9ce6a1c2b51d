import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ContextShapes, emptied } from "../../../../workers/edge/context-shapes.ts";
import { areOfOneShape } from "../../same-shape.ts";

const SAID = "said of somebody";
const BODY = JSON.stringify({
  context: {
    targetingKey: SAID,
    country: SAID,
    age: 47,
    score: 0.5,
    big: 2 ** 40,
    beta: true,
    nothing: null,
    device: { os: SAID, versions: [SAID, 47, { exact: 4.7 }] },
  },
});

it("keeps the engine's shape of a context, and of what is in it", () => {
  const kept = emptied(BODY) as { context: { device: object } };
  const sent = JSON.parse(BODY) as { context: { device: object } };
  expect(areOfOneShape(kept, sent)).toBe(true);
  expect(areOfOneShape(kept.context, sent.context)).toBe(true);
  expect(areOfOneShape(kept.context.device, sent.context.device)).toBe(true);
  expect(areOfOneShape(kept.context, { targetingKey: "" })).toBe(false);
});

it("keeps nothing of what a context says", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      for (const value of said(emptied(json))) expect(["", 0, false, null]).toContain(value);
    }),
  );
  expect(said(emptied(BODY))).toEqual(["", "", 0, 0, 0, false, null, "", "", 0, 0]);
});

/** All that is neither an object nor a name. */
function said(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  return Object.values(value).flatMap(said);
}

it("goes no deeper than a context may, whatever nests beside it", () => {
  const levels = 300_000;
  const body = `{"context":{},"more":${"[".repeat(levels)}"${SAID}"${"]".repeat(levels)}}`;
  const kept = JSON.stringify(emptied(body));
  expect(kept).toMatch(/^\{"context":\{\},"more":\[{65}null\]{65}\}$/);
});

it.each(["", "  ", `${" ".repeat(20_000)}not JSON`])(
  "looks once in a second, at bodies of ordinary size, and takes an empty one",
  (body) => {
    const shapes = new ContextShapes();
    const unread = "not JSON: reading it would throw";
    shapes.see(body, 10_000);
    shapes.see(unread, 10_999);
    shapes.see(unread, 9_001);
    expect(() => shapes.see(unread, 11_000)).toThrow(SyntaxError);
  },
);
