import { err } from "../../result.ts";
import type { FlagCommand } from "../command.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { atVersion, liveFlag } from "./expectations.ts";

type KillFlag = Extract<FlagCommand, { kind: "flag.kill" }>;
type UnkillFlag = Extract<FlagCommand, { kind: "flag.unkill" }>;

/** Demands no version: an emergency stop must not lose a race against an edit. */
export function killFlag(command: KillFlag, { state, reason }: DecisionContext): Decided {
  const { key, variation, expectedVersion } = command;
  const live = liveFlag(state, key);
  if (!live.ok) return live;
  const flag = atVersion(live.value, expectedVersion);
  if (!flag.ok) return flag;
  if (reason === null) return err({ kind: "reason-required", command: command.kind });
  const document = { ...flag.value.document, killed: { variation, reason } };
  return changeTo(flag.value, { kind: "flag", key, document, archived: false });
}

export function unkillFlag(command: UnkillFlag, { state }: DecisionContext): Decided {
  const { key, expectedVersion } = command;
  const live = liveFlag(state, key);
  if (!live.ok) return live;
  const flag = atVersion(live.value, expectedVersion);
  if (!flag.ok) return flag;
  const { document } = flag.value;
  if (document.killed === null) return err({ kind: "not-killed", key });
  return changeTo(flag.value, {
    kind: "flag",
    key,
    document: { ...document, killed: null },
    archived: false,
  });
}
