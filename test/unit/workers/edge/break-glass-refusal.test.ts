import { expect, it } from "vitest";
import { breakGlassRefusal } from "../../../../workers/edge/break-glass-refusal.ts";

it("a key that has expired is refused with its end and the time here", () => {
  const expiresAtMs = Date.UTC(2027, 0, 2);
  const nowMs = Date.UTC(2027, 0, 3);
  const facts = { keyId: "0123456789abcdef", expiresAtMs, nowMs };
  expect(breakGlassRefusal({ kind: "break-glass-key-expired", ...facts })).toEqual({
    status: 403,
    problem: "break-glass-key-expired",
    details:
      "The break-glass key 0123456789abcdef expired at 2027-01-02T00:00:00.000Z, and it is " +
      "2027-01-03T00:00:00.000Z here. Use another one.",
    facts,
  });
});
