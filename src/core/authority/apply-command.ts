import type { PatternCompiler } from "../conditions/pattern.ts";
import { err, ok } from "../result.ts";
import { appliedNow } from "./applied.ts";
import type { Applied } from "./authority-api.ts";
import type { AuthorityStore, LogHead } from "./authority-store.ts";
import { sealEntry } from "./chain.ts";
import type { CommandEnvelope } from "./command.ts";
import { unpermitted } from "./command-access.ts";
import type { CommandMoment } from "./command-moment.ts";
import { firstAnswer, remember } from "./command-memory.ts";
import { decide, type EnvironmentCommand } from "./decide/decide.ts";
import type { Decision } from "./decide/decision.ts";
import { demandSnapshot } from "./demand-snapshot.ts";
import { draftVersion } from "./draft-version.ts";
import { gate } from "./gate.ts";
import { createEnvironment, initializeAgain } from "./initialize.ts";
import { withOutcomes } from "./flag-outcomes.ts";
import type { Outcome } from "./outcome.ts";
import { currentVersion, type EnvironmentState, withVersions } from "./state.ts";

export interface AuthorityDeps {
  readonly store: AuthorityStore;
  readonly compilePattern: PatternCompiler;
}

/**
 * Does one command: decides, checks, and writes everything in one transaction. Throws only when
 * the store does; nothing was written then, and the given state is still the truth.
 */
export function applyCommand(
  deps: AuthorityDeps,
  state: EnvironmentState | null,
  envelope: CommandEnvelope,
  { nowMs, signingKey }: CommandMoment,
): Outcome {
  const { command } = envelope;
  if (state === null) {
    return command.kind === "environment.initialize"
      ? createEnvironment(deps.store, { ...envelope, command }, { nowMs, signingKey })
      : { state, answer: err({ kind: "unknown-environment" }) };
  }
  const refused = unpermitted(envelope, state.settings);
  if (refused !== null) return { state, answer: err(refused) };
  const seen = firstAnswer(deps.store, envelope);
  if (seen !== null) return { state, answer: seen };
  if (command.kind === "environment.initialize") {
    return { state, answer: initializeAgain(state, command) };
  }
  const work = { ...envelope, command, reason: wordsOrNull(envelope.reason) };
  // The platform's clock may step back; the log may not.
  const atMs = Math.max(nowMs, state.head.atMs);
  const { reason } = work;
  const decided = decide(command, { state, atMs, reason, signingKey, history: deps.store });
  if (!decided.ok) return { state, answer: decided };
  return decided.value.kind === "unchanged"
    ? answerUnchanged(deps.store, state, work, decided.value, nowMs)
    : accept(deps, state, work, decided.value, { atMs, nowMs });
}

type Work = CommandEnvelope & { readonly command: EnvironmentCommand };
type Unchanged = Extract<Decision, { kind: "unchanged" }>;
type Change = Extract<Decision, { kind: "change" }>;

function answerUnchanged(
  store: AuthorityStore,
  state: EnvironmentState,
  work: Work,
  { target }: Unchanged,
  nowMs: number,
): Outcome {
  const applied = appliedNow(state.head, target, null);
  if (work.dryRun !== true) {
    store.transaction(() => {
      remember(store, work, applied, nowMs);
    });
  }
  const present = (key: string) => currentVersion(state, "flag", key);
  return { state, answer: ok(withOutcomes(applied, work.command, present, null)) };
}

function accept(
  { store, compilePattern }: AuthorityDeps,
  state: EnvironmentState,
  work: Work,
  { steps, about, target }: Change,
  { atMs, nowMs }: { readonly atMs: number; readonly nowMs: number },
): Outcome {
  const { command, actor, reason, requestId } = work;
  const revision = state.head.revision + 1;
  const drafts = steps.map((step) => draftVersion(state, step, { revision, atMs }));
  const versions = drafts.map(({ version }) => version);
  const changes = drafts.map(({ change }) => change);
  const entry = sealEntry(
    { revision, atMs, actor, action: command.kind, target: about, reason, requestId, changes },
    state.head.hash,
  );
  const next = withVersions(state, { revision, atMs, hash: entry.hash }, versions);
  // An emergency stop adds a few words to a flag; it must not fail for want of room.
  const isUrgent = command.kind === "flag.kill" || command.kind === "environment.kill";
  const ruleset = gate(state, next, versions, { compilePattern, isUrgent });
  if (!ruleset.ok) return { state, answer: ruleset };

  const shown = target === null ? null : (currentVersion(next, target.kind, target.key) ?? null);
  const applied = appliedNow(next.head, shown, { documents: versions.length });
  const after = (key: string) => currentVersion(next, "flag", key);
  const answer = withOutcomes(applied, command, after, revision);
  if (work.dryRun === true) return { state, answer: ok(wouldBe(answer, state.head)) };
  store.transaction(() => {
    for (const { version, body } of drafts) store.addVersion(version, body);
    store.addEntry(entry);
    demandSnapshot(store, revision, nowMs, isUrgent);
    remember(store, work, applied, nowMs);
  });
  return { state: { ...next, ruleset: ruleset.value }, answer: ok(answer) };
}

/** The answer of a dry run: nothing has moved yet. */
function wouldBe(answer: Applied, { revision, atMs }: LogHead): Applied {
  return { ...answer, revision, acceptedAtMs: atMs, changed: false };
}

/** What no store keeps as it is, half a surrogate pair, would make a log that does not verify. */
const HALF_PAIR = /\p{Surrogate}/gu;

function wordsOrNull(reason: string | null): string | null {
  const words = reason?.replace(HALF_PAIR, "\ufffd").trim() ?? "";
  return words === "" ? null : words;
}
