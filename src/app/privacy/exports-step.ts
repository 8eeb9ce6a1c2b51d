import { NOTHING, type PrivacyRequest, type StepResult } from "./privacy-request.ts";
import type { ExportParts, PrivacyRequestStore } from "./privacy-store.ts";

const EXPORTS_A_STEP = 5;

export interface ExportsStepDeps {
  readonly privacyRequests: Pick<PrivacyRequestStore, "exportsOf" | "withdraw" | "markExpired">;
  readonly exportParts: Pick<ExportParts, "removeAll">;
  readonly now: () => number;
}

/**
 * Ends exports of the unit that an erasure is about, and deletes their parts. They keep the unit until
 * the late pass finds them by it once more: a runner may have been in the middle of a part.
 */
export async function exportsStep(
  request: PrivacyRequest,
  after: string | null,
  isLastPass: boolean,
  { privacyRequests, exportParts, now }: ExportsStepDeps,
): Promise<StepResult> {
  const exports = await privacyRequests.exportsOf(request, after, EXPORTS_A_STEP);
  const left = await Promise.all(
    exports.map(async (each) => {
      await privacyRequests.withdraw(each, now());
      const isGone = await exportParts.removeAll(each);
      if (isGone && isLastPass) await privacyRequests.markExpired(each, now());
      return !isGone;
    }),
  );
  if (left.includes(true)) return { ...NOTHING, next: after ?? "" };
  const looked = exports.length;
  const next = looked < EXPORTS_A_STEP ? null : (exports.at(-1)?.id ?? null);
  // The last pass counts what was made since the first.
  const isCounted = ({ expiredAtMs }: PrivacyRequest) => !isLastPass || expiredAtMs === null;
  const found = exports.filter(isCounted).length;
  return { ...NOTHING, looked, found, erased: found, next };
}
