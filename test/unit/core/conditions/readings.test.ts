import { expect, it } from "vitest";
import { readings } from "../../../../src/core/conditions/readings.ts";

it("texts are read anew when another one comes, and that one is unreadable is remembered", () => {
  const seen = ["1.0.0", "x", "x", "2.0.0"].map((text) => readings.version(text)?.major);
  expect(seen).toEqual([1, undefined, undefined, 2]);
  expect(["1970-01-02", "x", "1970-01-01"].map((text) => readings.instant(text))).toEqual([
    86_400_000,
    Number.NaN,
    0,
  ]);
  const versions = ["10.0.0.1", "x", "::1"].map((text) => readings.address(text)?.version);
  expect(versions).toEqual([4, undefined, 6]);
  expect(["A", "a", "ΣΑΣ", ""].map((text) => readings.folded(text))).toEqual(["a", "a", "σασ", ""]);
});
