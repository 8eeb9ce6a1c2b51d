import { expect, it } from "vitest";
import { Subject } from "../../../../src/core/conditions/subject.ts";
import { epochMs } from "../../../../src/core/brand.ts";
import { areOfOneShape } from "../../same-shape.ts";

it("keeps one subject of the shape that all have", () => {
  const moment = { now: epochMs(1_767_268_800_000), platform: { "$geo.country": "DE" } };
  for (const isOfManyFlags of [true, false]) {
    const made = new Subject({ targetingKey: "user-1" }, moment, isOfManyFlags);
    expect(areOfOneShape(Subject.kept, made)).toBe(true);
  }
  expect(areOfOneShape(Subject.kept, { serial: 1 })).toBe(false);
});
