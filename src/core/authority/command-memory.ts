import { sha256Hex } from "../hash/sha256.ts";
import { canonicalJson } from "../json.ts";
import { err, invariant, ok, type Result } from "../result.ts";
import { appliedTarget } from "./applied.ts";
import type { Applied } from "./authority-api.ts";
import type { AuthorityStore } from "./authority-store.ts";
import type { Command, CommandEnvelope } from "./command.ts";
import { withOutcomes } from "./flag-outcomes.ts";
import type { AuthorityProblem } from "./problem.ts";

/** How long a command id is remembered. */
const COMMAND_MEMORY_MS = 7 * 24 * 60 * 60 * 1_000;

/**
 * The first answer, when the command was accepted before; `null`: it is new. Unchanged answers
 * are remembered too: a retry must not do today what had no effect yesterday.
 */
export function firstAnswer(
  store: AuthorityStore,
  { commandId, command }: CommandEnvelope,
): Result<Applied, AuthorityProblem> | null {
  const record = commandId === null ? null : store.command(commandId);
  if (record === null) return null;
  if (record.fingerprint !== fingerprint(command)) {
    return err({ kind: "command-id-reused", commandId: record.commandId });
  }
  const target = record.target === null ? null : store.version(record.target);
  invariant(record.target === null || target !== null, "an answered version is in the store");
  const { revision, acceptedAtMs, changedDocuments } = record;
  const applied = {
    revision,
    acceptedAtMs,
    changed: false,
    replayed: true,
    target: target === null ? null : appliedTarget(target),
    changedDocuments,
  };
  const then = (key: string) => store.versionAt("flag", key, revision);
  return ok(withOutcomes(applied, command, then, changedDocuments > 0 ? revision : null));
}

/** Keeps an answer under its command's id, if it has one, and forgets what is too old. */
export function remember(
  store: AuthorityStore,
  { commandId, command }: CommandEnvelope,
  applied: Applied,
  nowMs: number,
): void {
  if (commandId === null) return;
  const { revision, acceptedAtMs, changedDocuments, target } = applied;
  store.pruneCommands(nowMs - COMMAND_MEMORY_MS);
  store.addCommand({
    commandId,
    fingerprint: fingerprint(command),
    atMs: nowMs,
    revision,
    acceptedAtMs,
    changedDocuments,
    target:
      target === null
        ? null
        : { kind: target.kind, key: target.key, version: target.stored.version },
  });
}

/** Of what was asked for: which flags carry a tag may be another answer the second time. */
function fingerprint(command: Command): string {
  return sha256Hex(canonicalJson("tagged" in command ? { ...command, tagged: [] } : command));
}
