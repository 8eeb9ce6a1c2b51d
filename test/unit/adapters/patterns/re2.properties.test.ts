import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";

it("compileRe2 says yes or no to every source, and compiled ones to every text", () => {
  const unit = fc.constantFrom(...Array.from("ab01(){}[]|*+?.^$\\,:=!<>-PQEpLdwié🚀\ud800"));
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), fc.string({ unit }), (source, text) => {
      const compiled = compileRe2(source, { ignoreCase: text.length % 2 === 0 });
      if (compiled.ok) expect(typeof compiled.value.finds(text)).toBe("boolean");
      else expect(compiled.error).not.toBe("");
    }),
    { numRuns: 3_000 },
  );
});
