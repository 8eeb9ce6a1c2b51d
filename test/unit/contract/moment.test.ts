import { describe, expect, it } from "vitest";
import { withArticle } from "../../../src/contract/article.ts";
import { invalidInput } from "../../../src/contract/invalid-input.ts";
import { Moment } from "../../../src/contract/moment.ts";
import { PointInTimeQuery } from "../../../src/contract/params.ts";

const NEW_YEAR = 1_767_225_600_000;

describe("a moment", () => {
  it.each([
    NEW_YEAR,
    String(NEW_YEAR),
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00Z",
    "2026-01-01T00:00:00.000+00:00",
    "2026-01-01T02:00:00+02:00",
    "2025-12-31T19:00:00-05:00",
    // A plus that was not percent-encoded in a query.
    "2026-01-01T02:00:00 02:00",
  ])("is read from %j", (input) => {
    expect(Moment.parse(input)).toBe(NEW_YEAR);
  });

  it.each([0, "0", "1970-01-01"])("can be the epoch itself: %j", (input) => {
    expect(Moment.parse(input)).toBe(0);
  });

  it.each([
    "yesterday",
    "",
    "-1",
    "1.5",
    "8640000000000001",
    "99999999999999999",
    "1969-12-31T23:59:59Z",
    "2026-02-30",
    "2026-01-01T00:00:00",
    "2026-01-01T24:00:00Z",
    "2026-1-1",
    1.5,
    true,
    null,
    ["2026-01-01", "2026-01-02"],
  ])("is not read from %j, and the answer shows both forms", (at) => {
    const { error } = PointInTimeQuery.safeParse({ at });
    if (error === undefined) expect.unreachable();
    const issues = invalidInput(error, { at });
    expect(issues).toMatchObject([{ path: "/at" }]);
    expect(issues[0]?.message).toContain("1767225600000");
    expect(issues[0]?.message).toContain("2026-01-01T00:00:00Z");
  });

  it.each([-1, 8_640_000_000_000_001])("is not read from %d, past what there is", (input) => {
    expect(Moment.safeParse(input).success).toBe(false);
  });

  it("says what is wrong with a date that is almost one", () => {
    const { error } = PointInTimeQuery.safeParse({ at: "2026-01-01T00:00:00" });
    if (error === undefined) expect.unreachable();
    const [issue] = invalidInput(error, { at: "2026-01-01T00:00:00" });
    expect(issue?.message).toContain("without an offset");
  });
});

describe("nouns", () => {
  it.each(["an override", "an experiment", "an environment", "a flag", "a unit", "an int"])(
    "have their article: %s",
    (words) => {
      expect(withArticle(words.split(" ")[1] ?? "")).toBe(words);
    },
  );
});
