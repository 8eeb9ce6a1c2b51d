import { allocateFlag } from "../../bucketing/allocate-flag.ts";
import { err, ok } from "../../result.ts";
import type { FlagCommand } from "../command.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { unreadableFlag } from "./shape.ts";

type CreateFlag = Extract<FlagCommand, { kind: "flag.create" }>;

/**
 * `ensure` asks for no more than that the flag exists: an existing one is left as it is, also when
 * it is archived, which the answer's `archivedAtMs` then says.
 */
export function createFlag({ document, ensure }: CreateFlag, { state }: DecisionContext): Decided {
  const unreadable = unreadableFlag(document);
  if (unreadable !== null) return unreadable;
  const { key } = document;
  const existing = state.documents.flag.get(key);
  if (existing === undefined) {
    const allocated = allocateFlag(document, undefined);
    return changeTo(undefined, { kind: "flag", key, document: allocated, archived: false });
  }
  if (ensure === true) return ok({ kind: "unchanged", target: existing });
  const { archivedAtMs } = existing;
  return archivedAtMs === null
    ? err({ kind: "already-exists", documentKind: "flag", key })
    : err({ kind: "archived", key, archivedAtMs });
}
