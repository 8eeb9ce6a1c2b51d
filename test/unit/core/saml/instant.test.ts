import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantMs } from "../../../../src/core/saml/instant.ts";

describe("instantMs", () => {
  it("reads what the platform writes", () => {
    const noInvalid = { noInvalidDate: true, min: new Date(0), max: new Date(4e12) };
    fc.assert(
      fc.property(fc.date(noInvalid), (date) => {
        expect(instantMs(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it.each([
    { text: "2026-03-01T01:00:00+01:00", ms: Date.UTC(2026, 2, 1) },
    { text: "2026-02-28T22:30:00-01:30", ms: Date.UTC(2026, 2, 1) },
    { text: "2026-03-01T00:00:00", ms: null },
    { text: "2026-13-01T00:00:00Z", ms: null },
    { text: "tomorrow", ms: null },
    { text: "", ms: null },
  ])("$text → $ms", ({ text, ms }) => {
    expect(instantMs(text)).toBe(ms);
  });
});
