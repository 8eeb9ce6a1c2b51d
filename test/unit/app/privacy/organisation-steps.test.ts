import { expect, it } from "vitest";
import { auditLogStep } from "../../../../src/app/privacy/organisation-steps.ts";
import type { PrivacyRequest } from "../../../../src/app/privacy/privacy-request.ts";
import type { StepDeps } from "../../../../src/app/privacy/step-deps.ts";

const ERASURE = {
  kind: "erasure",
  organisationId: "default",
  unit: "user-4711",
  attribute: "targetingKey",
} as PrivacyRequest;

/** A log of entries with these sequences, of which the named ones tell of the unit in their detail. */
function aLog(sequences: readonly number[], naming: readonly number[]) {
  const erased: number[] = [];
  const auditDetails = {
    list: async (_: string, after: number, limit: number) =>
      sequences
        .filter((sequence) => sequence > after)
        .slice(0, limit)
        .map((sequence) => ({
          sequence,
          atMs: 0,
          action: "segment.patch",
          head: sequence === 9 ? ["", "user-4711", ""] : [],
          detail: { after: naming.includes(sequence) ? ["user-4711"] : ["bob"] },
        })),
    erase: async (_: string, sequence: number) => {
      erased.push(sequence);
    },
  };
  return { erased, deps: { auditDetails } as unknown as StepDeps };
}

it("erases details that name the unit, and says which heads and archived entries stay", async () => {
  const { erased, deps } = aLog([7, 8, 9, 10], [8, 10]);
  const result = await auditLogStep(ERASURE, null, deps);
  expect(result).toMatchObject({ looked: 4, found: 3, erased: 2, next: null });
  expect(erased).toEqual([8, 10]);
  expect(result.kept).toMatchObject([
    { what: "entries 1 to 6", why: expect.stringContaining("archives") },
    { what: "entry 9", why: expect.stringContaining("chain") },
  ]);
});

it("takes a whole chain for whole, and tells of archives once", async () => {
  const whole = aLog([1, 2], []);
  expect((await auditLogStep(ERASURE, null, whole.deps)).kept).toEqual([]);
  const rest = aLog([7, 8], []);
  expect((await auditLogStep(ERASURE, "7", rest.deps)).kept).toEqual([]);
});
