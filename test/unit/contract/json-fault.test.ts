import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonFault } from "../../../workers/control/http/json-fault.ts";

describe("findJsonFault", () => {
  it.each([
    { text: '{"a": 1,}', line: 1, column: 9, message: "a field name in double quotes" },
    { text: '{"a" 1}', line: 1, column: 6, message: "a colon" },
    { text: "[1 2]", line: 1, column: 4, message: "a comma" },
    { text: '{\n  "a": tru\n}', line: 2, column: 8, message: "a value" },
    { text: '{"a": [1, 2', line: 1, column: 12, message: "the text ends" },
    { text: "{} {}", line: 1, column: 4, message: "nothing more" },
    { text: "{'a': 1}", line: 1, column: 2, message: "double quotes" },
    { text: '["a\nb"]', line: 1, column: 2, message: "a value or ]" },
    { text: "[1}", line: 1, column: 3, message: "a comma" },
    { text: '["\\x"]', line: 1, column: 2, message: "a value" },
    { text: "[01]", line: 1, column: 3, message: "a comma" },
  ])("finds the fault in $text", ({ text, line, column, message }) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(findJsonFault(text)).toMatchObject({
      line,
      column,
      message: expect.stringContaining(message),
    });
  });

  it("points into what is left when valid JSON is cut anywhere", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        const text = `[${json}`.slice(0, (cut % (json.length + 1)) + 1);
        expect(findJsonFault(text).column).toBeGreaterThan(0);
        expect(findJsonFault(text).column).toBeLessThanOrEqual(text.length + 1);
      }),
      { numRuns: 300 },
    );
  });

  it("walks a text that nests a million levels", () => {
    expect(findJsonFault("[".repeat(1_000_000)).column).toBe(1_000_001);
  });
});
