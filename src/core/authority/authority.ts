import type { EnvironmentId } from "../brand.ts";
import type { FlagDocument } from "../documents/flag.ts";
import type { SegmentDocument } from "../documents/segment.ts";
import type { Snapshot } from "../documents/snapshot.ts";
import { err, ok, type Result } from "../result.ts";
import { applyCommand, type AuthorityDeps } from "./apply-command.ts";
import type {
  Applied,
  AuthorityStatus,
  ChangesSince,
  ListedBreakGlassKey,
  ListedKey,
  LogQuery,
  Page,
  PageRequest,
  PointInTime,
  Stored,
} from "./authority-api.ts";
import type { BreakGlassAnswer, BreakGlassProblem, SealedCommand } from "./break-glass.ts";
import {
  breakGlassEnvelope,
  openBreakGlass,
  type OpenedCommand,
  replayedProblem,
} from "./break-glass-open.ts";
import type { CommandEnvelope } from "./command.ts";
import { changesSince } from "./delta.ts";
import { servedCount } from "./limits.ts";
import type { LogEntryView } from "./log-entry.ts";
import { isPending, type OutboxRow } from "./outbox.ts";
import type { AuthorityProblem } from "./problem.ts";
import {
  readBreakGlassKey,
  readBreakGlassKeys,
  readDocument,
  readFlags,
  readKey,
  readKeys,
  readSegments,
} from "./read-documents.ts";
import { readLog } from "./read-log.ts";
import { snapshotAt } from "./read-snapshot.ts";
import { type EnvironmentState, loadState, snapshotOf } from "./state.ts";
import { type Verification, verifyLog } from "./verify-log.ts";

type Answer<T> = Result<T, AuthorityProblem>;

/**
 * One environment's truth over one store: what an Environment object answers, without platform and
 * clock. There must be one instance for a store, because it keeps the newest state in memory.
 */
export class Authority {
  readonly #deps: AuthorityDeps;
  #state: EnvironmentState | null;

  constructor(deps: AuthorityDeps) {
    this.#deps = deps;
    this.#state = loadState(deps.store);
  }

  apply(envelope: CommandEnvelope, nowMs: number): Answer<Applied> {
    const { state, answer } = applyCommand(this.#deps, this.#state, envelope, nowMs);
    this.#state = state;
    return answer;
  }

  /** Reads a sealed command. Its signature is for the caller to check, and then to hand in. */
  openBreakGlass(
    sealed: SealedCommand,
    nowMs: number,
  ): Result<OpenedCommand, BreakGlassProblem | AuthorityProblem> {
    const state = this.#state;
    return state === null
      ? err({ kind: "unknown-environment" })
      : openBreakGlass(state, sealed, nowMs);
  }

  /**
   * Does a sealed command whose signature was checked, once. Everything but the signature is looked
   * at anew, because a key may have been revoked, or the command done, while it was checked.
   */
  applyBreakGlass(
    sealed: SealedCommand,
    checked: { readonly isSigned: boolean; readonly requestId: string },
    nowMs: number,
  ): BreakGlassAnswer {
    const opened = this.openBreakGlass(sealed, nowMs);
    if (!opened.ok) return opened;
    const { keyId } = opened.value.command;
    if (!checked.isSigned) return err({ kind: "break-glass-forged", keyId });
    const replayed = replayedProblem(this.#deps.store, opened.value);
    if (replayed !== null) return err(replayed);
    return this.apply(breakGlassEnvelope(opened.value, checked.requestId), nowMs);
  }

  changesSince(since: number | null): ChangesSince {
    const state = this.#state;
    return state === null ? { kind: "unknown-environment" } : changesSince(state, since);
  }

  /** The environment and its newest revision; `null`: there is none. */
  head(): { readonly environmentId: EnvironmentId; readonly revision: number } | null {
    const state = this.#state;
    if (state === null) return null;
    return { environmentId: state.settings.environmentId, revision: state.head.revision };
  }

  /** What is to be published; `null`: there is no environment. */
  newest(): Snapshot | null {
    return this.#state === null ? null : snapshotOf(this.#state);
  }

  /** Deliveries that are not done yet. */
  pending(): readonly OutboxRow[] {
    return this.#state === null ? [] : this.#deps.store.outbox().filter(isPending);
  }

  snapshotAt(at: PointInTime): Answer<Snapshot> {
    return this.#read((state) => snapshotAt(state, this.#deps.store, at));
  }

  flag(key: string, atRevision: number | null): Answer<Stored<FlagDocument>> {
    return this.#read((state) =>
      readDocument(state, this.#deps.store, { kind: "flag", key, atRevision }),
    );
  }

  flags(page: PageRequest & { readonly archived: boolean }): Answer<Page<Stored<FlagDocument>>> {
    return this.#read((state) => readFlags(state, page));
  }

  segment(key: string, atRevision: number | null): Answer<Stored<SegmentDocument>> {
    return this.#read((state) =>
      readDocument(state, this.#deps.store, { kind: "segment", key, atRevision }),
    );
  }

  segments(page: PageRequest): Answer<Page<Stored<SegmentDocument>>> {
    return this.#read((state) => readSegments(state, page));
  }

  key(id: string): Answer<ListedKey> {
    return this.#read((state) => readKey(state, id));
  }

  keys(page: PageRequest): Answer<Page<ListedKey>> {
    return this.#read((state) => readKeys(state, page));
  }

  breakGlassKey(id: string): Answer<ListedBreakGlassKey> {
    return this.#read((state) => readBreakGlassKey(state, id));
  }

  breakGlassKeys(page: PageRequest): Answer<Page<ListedBreakGlassKey>> {
    return this.#read((state) => readBreakGlassKeys(state, page));
  }

  /** When a revision was accepted. */
  acceptedAt(
    revision: number,
  ): Answer<{ readonly revision: number; readonly acceptedAtMs: number }> {
    return this.#read(({ head }) => {
      const acceptedAtMs = this.#deps.store.acceptedAtMs(revision);
      if (acceptedAtMs !== null) return ok({ revision, acceptedAtMs });
      return err({ kind: "unknown-revision", asked: revision, newest: head.revision });
    });
  }

  log(query: LogQuery): Answer<Page<LogEntryView>> {
    return this.#read(() => readLog(this.#deps.store, query));
  }

  /** Compares the store with the head in memory, so that a log cut short shows as well. */
  verification(): Answer<Verification> {
    return this.#read((state) => ok(verifyLog(this.#deps.store, () => this.#state ?? state)));
  }

  status(): Answer<AuthorityStatus> {
    return this.#read((state) =>
      ok({
        environmentId: state.settings.environmentId,
        projectId: state.settings.projectId,
        revision: state.head.revision,
        flags: servedCount(state, "flag"),
        segments: servedCount(state, "segment"),
        outbox: this.pending().map(({ topic, revision, attempts, lastError }) => ({
          topic,
          revision,
          attempts,
          lastError,
        })),
      }),
    );
  }

  #read<T>(answer: (state: EnvironmentState) => Answer<T>): Answer<T> {
    return this.#state === null ? err({ kind: "unknown-environment" }) : answer(this.#state);
  }
}
