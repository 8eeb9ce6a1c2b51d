import { PLATFORM_ACCESS } from "../access/permits.ts";
import type { EnvironmentId } from "../brand.ts";
import type { FlagDocument } from "../documents/flag.ts";
import type { SegmentDocument } from "../documents/segment.ts";
import type { Snapshot } from "../documents/snapshot.ts";
import { err, ok, type Result } from "../result.ts";
import type { SigningKey } from "../signing/seal.ts";
import type { Actor } from "./actor.ts";
import { applyCommand, type AuthorityDeps } from "./apply-command.ts";
import type {
  Applied,
  AuthorityStatus,
  DeliveryNow,
  ListedBreakGlassKey,
  ListedKey,
  LogExportPage,
  LogExportRange,
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
import { deliveryOf } from "./decide/patch-settings.ts";
import { exportLog } from "./export-log.ts";
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
  readSigningKeys,
} from "./read-documents.ts";
import { PastStates } from "./past-states.ts";
import { readLog } from "./read-log.ts";
import { snapshotAt } from "./read-snapshot.ts";
import { StateClaims } from "./state-claims.ts";
import { type EnvironmentState, loadState } from "./state.ts";
import type { UnsealedChanges } from "./unsealed-changes.ts";
import { type Verification, verifyLog } from "./verify-log.ts";

/** In whose name a change is taken back that a relay has refused. */
const STAGING_ACTOR: Actor = { kind: "system", id: "staged-publish", name: "Staged publish" };

type Answer<T> = Result<T, AuthorityProblem>;

/**
 * One environment's truth over one store: what an Environment object answers, without platform and
 * clock. There must be one instance for a store, because it keeps the newest state in memory.
 */
export class Authority {
  readonly #deps: AuthorityDeps;
  readonly #claims = new StateClaims();
  readonly #past: PastStates;
  #state: EnvironmentState | null;

  constructor(deps: AuthorityDeps) {
    this.#deps = deps;
    this.#past = new PastStates(deps.store);
    this.#state = loadState(deps.store);
  }

  /** `signingKey`: made for a command that needs one. */
  apply(
    envelope: CommandEnvelope,
    nowMs: number,
    signingKey: SigningKey | null = null,
  ): Answer<Applied> {
    const moment = { nowMs, signingKey };
    const { state, answer } = applyCommand(this.#deps, this.#state, envelope, moment);
    if (state !== this.#state) this.#past.follows(this.#state);
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

  /** What leads a reader at `since` to a revision that there is or was; absent: the newest. */
  changesSince(since: number | null, revision?: number): UnsealedChanges {
    const present = this.#state;
    if (present === null) return { kind: "unknown-environment" };
    const state = revision === undefined ? present : this.#past.at(present, revision);
    return changesSince(state, since, () => this.#claims.of(state));
  }

  /** Former revisions to which readers will be led for a while. */
  keepAtHand(revisions: readonly number[]): void {
    if (this.#state !== null) this.#past.keep(this.#state, revisions);
  }

  /** Whether changes are tried on one relay before all get them. */
  isStaged(): boolean {
    return this.#state !== null && deliveryOf(this.#state).settings.stagedPublish;
  }

  /** Takes the environment back because its newest state cannot be used. */
  revert(toRevision: number, reason: string, nowMs: number): void {
    const command = { kind: "environment.rollback", toRevision } as const;
    const by = { actor: STAGING_ACTOR, permits: PLATFORM_ACCESS };
    const envelope = { command, ...by, reason, requestId: null, commandId: null };
    this.apply(envelope, nowMs);
  }

  /** The environment and its newest revision; `null`: there is none. */
  head(): { readonly environmentId: EnvironmentId; readonly revision: number } | null {
    const state = this.#state;
    if (state === null) return null;
    return { environmentId: state.settings.environmentId, revision: state.head.revision };
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

  delivery(): Answer<DeliveryNow> {
    return this.#read((state) => ok(deliveryOf(state)));
  }

  signingKeys(): Answer<readonly Stored<SigningKey>[]> {
    return this.#read((state) => ok(readSigningKeys(state)));
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

  exportLog(range: LogExportRange): Answer<LogExportPage> {
    return this.#read(() => ok(exportLog(this.#deps.store, range)));
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
