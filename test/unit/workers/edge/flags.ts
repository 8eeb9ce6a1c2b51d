import type { Condition } from "../../../../src/core/documents/condition.ts";
import type { FlagDocument } from "../../../../src/core/documents/flag.ts";
import { flag, rollout } from "../../core/authority/builders.ts";

export { flag };

/** A flag that is on under the condition and else off, and that client keys may see. */
export const onWhen = (key: string, rule: string, condition: Condition): FlagDocument =>
  flag(key, {
    rules: [{ id: rule, if: condition, then: { variation: "on" } }],
    default: { variation: "off" },
    clientVisible: true,
  });

/** A flag that is on for half of the units, and that client keys may see. */
export const onForHalf = (key: string): FlagDocument =>
  flag(key, { default: rollout(50, 50), clientVisible: true });

/** A flag that serves this value to everyone, and that client keys may see. */
export function fixed(
  key: string,
  type: FlagDocument["type"],
  value: FlagDocument["variations"][number]["value"],
  changes: Partial<FlagDocument> = {},
): FlagDocument {
  return flag(key, {
    type,
    variations: [{ key: "only", value }],
    offVariation: "only",
    default: { variation: "only" },
    clientVisible: true,
    ...changes,
  });
}
