import type { AuditDraft } from "../audit/entry.ts";
import type { MaskingMode } from "./mask.ts";
import { maskText } from "./mask.ts";
import { maskDetail } from "./mask-json.ts";

/**
 * What is to be recorded, with personal data in its reason and detail masked or removed. Who did it
 * and what it was done to stay: they are what the log is for.
 */
export function maskDraft(draft: AuditDraft, mode: MaskingMode): AuditDraft {
  if (mode === "off") return draft;
  const { reason, detail } = draft;
  const members = Object.entries(detail).map(([name, value]) => [name, maskDetail(value, mode)]);
  return {
    ...draft,
    reason: reason === null ? null : maskText(reason, mode),
    detail: Object.fromEntries(members),
  };
}
