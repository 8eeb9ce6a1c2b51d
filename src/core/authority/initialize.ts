import { environmentId } from "../brand.ts";
import { err, ok, type Result } from "../result.ts";
import { appliedNow } from "./applied.ts";
import type { Applied } from "./authority-api.ts";
import type { AuthorityStore } from "./authority-store.ts";
import { GENESIS_HASH, sealEntry } from "./chain.ts";
import type { CommandEnvelope, InitializeCommand } from "./command.ts";
import { remember } from "./command-memory.ts";
import { demandSnapshot } from "./demand-snapshot.ts";
import type { EnvironmentSettings } from "./log-entry.ts";
import type { Outcome } from "./outcome.ts";
import type { AuthorityProblem } from "./problem.ts";
import { type EnvironmentState, stateOf } from "./state.ts";

const ENVIRONMENT_ID_PATTERN = /^[a-z0-9]{8,32}$/;

type Initialize = CommandEnvelope & { readonly command: InitializeCommand };

/** Makes the environment. Its settings are the first log entry, which makes revision 1. */
export function createEnvironment(
  store: AuthorityStore,
  envelope: Initialize,
  nowMs: number,
): Outcome {
  const { command, actor, reason, requestId } = envelope;
  const unfit = unfitSettings(command);
  if (unfit !== null) return { state: null, answer: err(unfit) };
  const settings: EnvironmentSettings = {
    environmentId: environmentId(command.environmentId),
    projectId: command.projectId,
    salt: command.salt,
  };
  const entry = sealEntry(
    {
      revision: 1,
      atMs: nowMs,
      actor,
      action: command.kind,
      target: { kind: "environment", key: settings.environmentId },
      reason,
      requestId,
      changes: [],
      environment: settings,
    },
    GENESIS_HASH,
  );
  const head = { revision: entry.revision, atMs: nowMs, hash: entry.hash };
  const applied = appliedNow(head, null, { documents: 0 });
  store.transaction(() => {
    store.create(settings);
    store.addEntry(entry);
    demandSnapshot(store, entry.revision, nowMs);
    remember(store, envelope, applied, nowMs);
  });
  return { state: stateOf({ settings, head }, []), answer: ok(applied) };
}

/** Repeating it is harmless; meaning something else by it is not. */
export function initializeAgain(
  { settings, head }: EnvironmentState,
  command: InitializeCommand,
): Result<Applied, AuthorityProblem> {
  for (const field of ["environmentId", "projectId", "salt"] as const) {
    if (settings[field] !== command[field]) return err({ kind: "initialized-differently", field });
  }
  return ok(appliedNow(head, null, null));
}

function unfitSettings({ environmentId: id }: InitializeCommand): AuthorityProblem | null {
  if (ENVIRONMENT_ID_PATTERN.test(id)) return null;
  const message = `The environment id is ${JSON.stringify(id)}; give 8 to 32 of a-z and 0-9.`;
  return {
    kind: "invalid-document",
    issues: [{ path: "/environmentId", code: "environment.id-unfit", message }],
  };
}
