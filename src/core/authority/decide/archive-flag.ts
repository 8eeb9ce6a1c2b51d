import { err } from "../../result.ts";
import type { FlagCommand } from "../command.ts";
import { placesNamingFlag } from "../references.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { atVersion, liveFlag, notFound } from "./expectations.ts";

type ArchiveOrRestore = Extract<FlagCommand, { kind: "flag.archive" | "flag.restore" }>;

/** Takes a flag out of service. Refused while another flag needs it. */
export function archiveFlag(command: ArchiveOrRestore, { state }: DecisionContext): Decided {
  const { key, expectedVersion } = command;
  const live = liveFlag(state, key);
  if (!live.ok) return live;
  const flag = atVersion(live.value, expectedVersion);
  if (!flag.ok) return flag;
  const usedBy = placesNamingFlag(state, key);
  if (usedBy.length > 0) return err({ kind: "in-use", documentKind: "flag", key, usedBy });
  const { document } = flag.value;
  return changeTo(flag.value, { kind: "flag", key, document, archived: true });
}

/** Brings an archived flag back as it was, a thrown kill switch included. */
export function restoreFlag(command: ArchiveOrRestore, { state }: DecisionContext): Decided {
  const { key, expectedVersion } = command;
  const stored = state.documents.flag.get(key);
  if (stored === undefined) return err(notFound("flag", key));
  if (stored.archivedAtMs === null) return err({ kind: "not-archived", key });
  const flag = atVersion(stored, expectedVersion);
  if (!flag.ok) return flag;
  const { document } = flag.value;
  return changeTo(flag.value, { kind: "flag", key, document, archived: false });
}
