import { assertNever } from "../../result.ts";
import type { Command, InitializeCommand } from "../command.ts";
import { archiveFlag, restoreFlag } from "./archive-flag.ts";
import { issueBreakGlassKey, revokeBreakGlassKey } from "./break-glass-key.ts";
import { createFlag } from "./create-flag.ts";
import type { Decided, DecisionContext } from "./decision.ts";
import { issueKey, revokeKey, rotateKey } from "./key.ts";
import { killFlag, unkillFlag } from "./kill-flag.ts";
import { killFlags, unkillFlags } from "./kill-flags.ts";
import { addOverride, expireOverride, removeOverride } from "./override.ts";
import { patchFlag } from "./patch-flag.ts";
import { patchSettings } from "./patch-settings.ts";
import { rollBackEnvironment } from "./roll-back-environment.ts";
import { rollBackFlag } from "./roll-back-flag.ts";
import { rotateSigningKey } from "./signing-key.ts";
import { createSegment, deleteSegment, patchSegment } from "./segment.ts";

/** A command to an environment that exists. */
export type EnvironmentCommand = Exclude<Command, InitializeCommand>;

/** What a command does to an environment. Whether the outcome compiles is checked afterwards. */
// oxlint-disable-next-line complexity -- one arm a command, by its nature more than the limit
export function decide(command: EnvironmentCommand, context: DecisionContext): Decided {
  switch (command.kind) {
    case "flag.create":
      return createFlag(command, context);
    case "flag.patch":
      return patchFlag(command, context);
    case "flag.archive":
      return archiveFlag(command, context);
    case "flag.restore":
      return restoreFlag(command, context);
    case "flag.kill":
      return killFlag(command, context);
    case "flag.unkill":
      return unkillFlag(command, context);
    case "flag.rollback":
      return rollBackFlag(command, context);
    case "override.add":
      return addOverride(command, context);
    case "override.expire":
      return expireOverride(command, context);
    case "override.remove":
      return removeOverride(command, context);
    case "segment.create":
      return createSegment(command, context);
    case "segment.patch":
      return patchSegment(command, context);
    case "segment.delete":
      return deleteSegment(command, context);
    case "key.issue":
      return issueKey(command, context);
    case "key.rotate":
      return rotateKey(command, context);
    case "key.revoke":
      return revokeKey(command, context);
    case "break-glass-key.issue":
      return issueBreakGlassKey(command, context);
    case "break-glass-key.revoke":
      return revokeBreakGlassKey(command, context);
    case "settings.patch":
      return patchSettings(command, context);
    case "signing-key.rotate":
      return rotateSigningKey(context);
    case "environment.rollback":
      return rollBackEnvironment(command, context);
    case "environment.kill":
      return killFlags(command, context);
    case "environment.unkill":
      return unkillFlags(command, context);
    default:
      return assertNever(command);
  }
}
