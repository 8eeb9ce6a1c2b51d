import type { Override } from "../../documents/flag.ts";
import { err, type Result } from "../../result.ts";
import type { OverrideCommand } from "../command.ts";
import type { VersionOf } from "../document-version.ts";
import type { AuthorityProblem } from "../problem.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { alreadyPast, atVersion, liveFlag, notFound } from "./expectations.ts";

type AddOverride = Extract<OverrideCommand, { kind: "override.add" }>;
type ExpireOverride = Extract<OverrideCommand, { kind: "override.expire" }>;
type RemoveOverride = Extract<OverrideCommand, { kind: "override.remove" }>;

/** Appends the override: of two that match, the older one decides. */
export function addOverride(command: AddOverride, context: DecisionContext): Decided {
  const { id, variation, expiresAtMs } = command;
  const { reason, atMs } = context;
  const flag = flagToChange(command, context);
  if (!flag.ok) return flag;
  if (reason === null) return err({ kind: "reason-required", command: command.kind });
  const { overrides } = flag.value.document;
  if (overrides.some((override) => override.id === id)) {
    return err({ kind: "already-exists", documentKind: "override", key: id });
  }
  const past = alreadyPast(expiresAtMs, atMs);
  if (past !== null) return err(past);
  const added: Override = {
    id,
    if: command.if,
    then: { variation },
    reason,
    ...(expiresAtMs !== null && { expiresAt: expiresAtMs }),
  };
  return withOverrides(flag.value, [...overrides, added]);
}

/** Without a moment it ends now; one that has ended already keeps the moment it ended at. */
export function expireOverride(command: ExpireOverride, context: DecisionContext): Decided {
  const flag = flagToChange(command, context);
  if (!flag.ok) return flag;
  const { overrides } = flag.value.document;
  const override = overrides.find(({ id }) => id === command.id);
  if (override === undefined) return err(notFound("override", command.id));
  const expiresAt = command.atMs ?? Math.min(context.atMs, override.expiresAt ?? Infinity);
  return withOverrides(
    flag.value,
    overrides.map((other) => (other === override ? { ...override, expiresAt } : other)),
  );
}

export function removeOverride(command: RemoveOverride, context: DecisionContext): Decided {
  const flag = flagToChange(command, context);
  if (!flag.ok) return flag;
  const { overrides } = flag.value.document;
  const kept = overrides.filter(({ id }) => id !== command.id);
  if (kept.length === overrides.length) return err(notFound("override", command.id));
  return withOverrides(flag.value, kept);
}

function flagToChange(
  command: OverrideCommand,
  { state }: DecisionContext,
): Result<VersionOf<"flag">, AuthorityProblem> {
  const live = liveFlag(state, command.flag);
  return live.ok ? atVersion(live.value, command.expectedVersion) : live;
}

function withOverrides(flag: VersionOf<"flag">, overrides: readonly Override[]): Decided {
  const document = { ...flag.document, overrides };
  return changeTo(flag, { kind: "flag", key: flag.key, document, archived: false });
}
