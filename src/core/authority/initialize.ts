import { environmentId } from "../brand.ts";
import { DELIVERY_DEFAULTS, DELIVERY_KEY } from "../documents/settings.ts";
import { err, ok, type Result } from "../result.ts";
import type { SigningKey } from "../signing/seal.ts";
import { appliedNow } from "./applied.ts";
import type { Applied } from "./authority-api.ts";
import type { AuthorityStore } from "./authority-store.ts";
import { GENESIS_HASH, sealEntry } from "./chain.ts";
import type { CommandEnvelope, InitializeCommand } from "./command.ts";
import type { CommandMoment } from "./command-moment.ts";
import { remember } from "./command-memory.ts";
import type { DocumentStep } from "./decide/decision.ts";
import { settingsDocument } from "./decide/patch-settings.ts";
import { demandSnapshot } from "./demand-snapshot.ts";
import { draftVersion } from "./draft-version.ts";
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
  { nowMs, signingKey }: CommandMoment,
): Outcome {
  const { command, actor, reason, requestId } = envelope;
  const unfit = unfitSettings(command);
  if (unfit !== null) return { state: null, answer: err(unfit) };
  const settings: EnvironmentSettings = {
    environmentId: environmentId(command.environmentId),
    projectId: command.projectId,
    salt: command.salt,
  };
  const genesis = { revision: 0, atMs: nowMs, hash: GENESIS_HASH };
  const empty = stateOf({ settings, head: genesis }, []);
  const drafts = firstDocuments(command, signingKey).map((step) =>
    draftVersion(empty, step, { revision: 1, atMs: nowMs }),
  );
  const entry = sealEntry(
    {
      revision: 1,
      atMs: nowMs,
      actor,
      action: command.kind,
      target: { kind: "environment", key: settings.environmentId },
      reason,
      requestId,
      changes: drafts.map(({ change }) => change),
      environment: settings,
    },
    GENESIS_HASH,
  );
  const head = { revision: entry.revision, atMs: nowMs, hash: entry.hash };
  const versions = drafts.map(({ version }) => version);
  const applied = appliedNow(head, null, { documents: versions.length });
  store.transaction(() => {
    store.create(settings);
    for (const { version, body } of drafts) store.addVersion(version, body);
    store.addEntry(entry);
    demandSnapshot(store, entry.revision, nowMs);
    remember(store, envelope, applied, nowMs);
  });
  return { state: stateOf({ settings, head }, versions), answer: ok(applied) };
}

/** An environment begins with its signing key, and settings that are others than the defaults. */
function firstDocuments(
  { stagedPublish = DELIVERY_DEFAULTS.stagedPublish }: InitializeCommand,
  key: SigningKey | null,
): readonly DocumentStep[] {
  const steps: DocumentStep[] = [];
  if (stagedPublish !== DELIVERY_DEFAULTS.stagedPublish) {
    const document = settingsDocument({ ...DELIVERY_DEFAULTS, stagedPublish });
    steps.push({ kind: "settings", key: DELIVERY_KEY, document, archived: false });
  }
  if (key !== null)
    steps.push({ kind: "signing-key", key: key.id, document: key, archived: false });
  return steps;
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
