import type { FlagDocument } from "../../../../src/core/documents/flag.ts";
import { flag } from "../../core/authority/builders.ts";

export { flag };

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
