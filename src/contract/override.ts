import type { z } from "zod";
import { Condition } from "./condition.ts";
import { DocumentKey, EpochMs, Reason, ReasonHereOrInHeader } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const OverrideCreateRequest = strictObject({
  id: DocumentKey.exactOptional().meta({ description: "Absent: a random one." }),
  if: Condition,
  variation: DocumentKey,
  expiresAtMs: EpochMs.exactOptional().meta({
    description: "When it ends by itself, in the future; absent: it stays until it is removed.",
  }),
  reason: ReasonHereOrInHeader.meta({
    description:
      "Why; shown with the override and written into the log. Required, here or in the header " +
      "`x-switchyard-reason`.",
  }),
}).meta({ id: "OverrideCreateRequest" });
export type OverrideCreateRequest = z.infer<typeof OverrideCreateRequest>;

export const OverrideExpireRequest = strictObject({
  atMs: EpochMs.exactOptional().meta({ description: "When it ends; absent: now." }),
  reason: Reason.exactOptional().meta({ description: "Why; written into the log." }),
}).meta({ id: "OverrideExpireRequest" });
export type OverrideExpireRequest = z.infer<typeof OverrideExpireRequest>;
