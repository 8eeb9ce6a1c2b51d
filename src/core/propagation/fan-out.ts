import type { UnsealedAdvance, UnsealedChanges } from "../authority/unsealed-changes.ts";
import type { EnvironmentId } from "../brand.ts";
import { relaysOf, treeOf } from "./call-tree.ts";
import { type EnlistedRelay, heard, newlyEnlisted, triedInVain } from "./enlisted-relay.ts";
import { type FanOutStore, KEPT } from "./fan-out-store.ts";
import type { Delivery, RelayReport } from "./messages.ts";
import { isRelayAddress, type RelayAddress, relayKey } from "./relay-address.ts";
import type { PropagationSettings } from "./settings.ts";
import type { StageStore } from "./stage.ts";
import { Staging, type StagingSource } from "./staging.ts";
import type { Publishing } from "./urgency.ts";

/** A delivery whose state is to be sealed before it leaves. */
export type UnsealedDelivery = Omit<Delivery, "advance"> & { readonly advance: UnsealedAdvance };

/** One call that the authority is to make. */
export interface RelayCall {
  readonly to: RelayAddress;
  readonly delivery: UnsealedDelivery;
  /** Whom it is for: `to`, and those whom the change is passed on to. */
  readonly relays: readonly RelayAddress[];
  /** How long to wait for its answer. */
  readonly deadlineMs: number;
}

/** The environment whose changes are sent. */
export interface FanOutSource extends StagingSource {
  /** `null`: there is none. */
  head(): { readonly environmentId: EnvironmentId; readonly revision: number } | null;
  /** What leads a reader at `since` to a revision that the environment has or had. */
  changesSince(since: number | null, revision: number): UnsealedChanges;
}

export interface FanOutDeps {
  readonly store: FanOutStore;
  readonly stages: StageStore;
  readonly source: FanOutSource;
  readonly settings: PropagationSettings;
  /** In `[0, 1)`. */
  readonly random: () => number;
}

/** Relays within so many revisions of the newest get one message for all; others their own. */
const NEAR = 50;

/**
 * An authority's decisions on whom to send which change, and what to believe of it: only a relay's
 * own word that it holds a revision is a receipt, and silence never is.
 */
export class FanOut {
  readonly #deps: FanOutDeps;
  /** Until when calls under way count as such, by relay. Lost with the process, which is harmless. */
  readonly #callsUntilMs = new Map<string, number>();
  readonly #staging: Staging;

  constructor(deps: FanOutDeps) {
    this.#deps = deps;
    this.#staging = new Staging(deps);
  }

  /** The newest revision that everybody may have; a newer one is being tried. */
  get released(): number {
    return this.#staging.released();
  }

  /** To be called after each accepted change, before it is sent. */
  accepted(publishing: Publishing, nowMs: number): void {
    this.#staging.accepted(publishing, nowMs);
  }

  /**
   * The calls to make now. `isUrgent`: also to relays that are being called, or have failed a moment
   * ago, and to all of them at once.
   */
  due(nowMs: number, isUrgent: boolean): readonly RelayCall[] {
    const { settings, source } = this.#deps;
    if (source.head() === null) return [];
    this.#dropSilent(nowMs);
    this.#staging.tick(nowMs);
    const released = this.#staging.released();
    const due = this.#behind().filter((relay) => isUrgent || this.#dueMs(relay) <= nowMs);
    const near = due.filter(
      ({ attempts, revision }) =>
        attempts === 0 && revision !== null && released - revision <= NEAR,
    );
    // One message does for all of them: a relay may be ahead of where a delta begins.
    const oldest = near.reduce((least, { revision }) => Math.min(least, revision ?? 0), Infinity);
    const calls = near.length > 0 ? [...this.#calls(near, oldest, released)] : [];
    // One that has just failed is called by itself, so that nobody waits for it.
    const alone = due.filter((relay) => !near.includes(relay));
    const room = isUrgent ? alone.length : Math.max(0, settings.branches - calls.length);
    for (const relay of alone.slice(0, room)) {
      calls.push(...this.#calls([relay], relay.revision, released));
    }
    calls.push(...this.#trialsDue(nowMs));
    for (const { relays, deadlineMs } of calls) {
      for (const relay of relays) this.#callsUntilMs.set(relayKey(relay), nowMs + deadlineMs);
    }
    return calls;
  }

  /** When `due` has something to do next, unless something happens before; `null`: never. */
  nextDueMs(): number | null {
    const moments = this.#behind().map((relay) => this.#dueMs(relay));
    const stage = this.#staging.open();
    const tickMs = this.#staging.nextTickMs();
    if (stage !== null && tickMs !== null) {
      const callMs = this.#callsUntilMs.get(relayKey(stage.canary)) ?? stage.canarySinceMs;
      moments.push(Math.min(tickMs, callMs));
    }
    return moments.length === 0 ? null : Math.min(...moments);
  }

  /** A call was answered, in time or late. Relays of the call that no report speaks for failed. */
  answered({ relays, delivery }: RelayCall, reports: readonly RelayReport[], nowMs: number): void {
    const sent = sentBy(delivery);
    for (const { relay, key } of this.#enlisted(relays)) {
      const report = reports.find((candidate) => relayKey(candidate.relay) === key);
      if (report === undefined) this.#inVain(relay, "it was not reached", nowMs);
      else this.#delivered(relay, report, sent, nowMs);
    }
    if (delivery.isTrial !== true) return;
    const refused = reports.find((report) => report.refused?.revision === sent)?.refused;
    if (refused === undefined) this.#trialInVain(relays, sent, nowMs);
    else for (const relay of relays) this.#staging.refused(relay, sent, refused.issue, nowMs);
  }

  /** A call had no answer, or none in time: nothing is known of its relays. */
  failed({ relays, delivery }: RelayCall, error: string, nowMs: number): void {
    for (const { relay } of this.#enlisted(relays)) this.#inVain(relay, error, nowMs);
    if (delivery.isTrial === true) this.#trialInVain(relays, sentBy(delivery), nowMs);
  }

  /**
   * A relay says what it holds, for the first time or again: it is called from now on, and the
   * answer is what it lacks. Harmless when repeated.
   */
  enlist(report: RelayReport, nowMs: number): UnsealedChanges {
    const { settings, source, store } = this.#deps;
    const head = source.head();
    if (head === null) return { kind: "unknown-environment" };
    const known = store.relays().find((relay) => relayKey(relay) === relayKey(report.relay));
    const hasRoom = known !== undefined || store.relays().length < KEPT.relays;
    if (!hasRoom || !isRelayAddress(report.relay)) {
      return source.changesSince(report.revision, this.#staging.released());
    }
    const relay = known ?? newlyEnlisted(report.relay, nowMs);
    if (known === undefined) store.putRelay(relay);
    this.#heard(relay, report, nowMs);
    const released = this.#staging.released();
    const isBehind = report.revision === null || report.revision < released;
    // It gets what it lacks by this answer, and will say so; a call would bring it once more.
    if (isBehind) this.#callsUntilMs.set(relayKey(relay), nowMs + settings.callDeadlineMs);
    else if (!this.#isCanary(relay)) this.#callsUntilMs.delete(relayKey(relay));
    return source.changesSince(report.revision, released);
  }

  *#calls(
    relays: readonly RelayAddress[],
    since: number | null,
    revision: number,
  ): Iterable<RelayCall> {
    const { source, settings } = this.#deps;
    const head = source.head();
    const advance = source.changesSince(since, revision);
    if (head === null || (advance.kind !== "delta" && advance.kind !== "snapshot")) return;
    const { environmentId } = head;
    const deadlineMs = settings.callDeadlineMs;
    for (const branch of treeOf(relays, settings.branches)) {
      const { to, forward } = branch;
      const delivery = { environmentId, advance, forward };
      yield { to, delivery, relays: relaysOf(branch), deadlineMs };
    }
  }

  /** The call of the relay that is to try the newest change, unless it is under way. */
  *#trialsDue(nowMs: number): Iterable<RelayCall> {
    const stage = this.#staging.open();
    if (stage === null || this.#isCalled(stage.canary, nowMs)) return;
    const canary = this.#deps.store
      .relays()
      .find((relay) => relayKey(relay) === relayKey(stage.canary));
    if (canary === undefined) return;
    const deadlineMs = this.#deps.settings.canaryDeadlineMs;
    for (const call of this.#calls([stage.canary], canary.revision, stage.revision)) {
      yield { ...call, delivery: { ...call.delivery, isTrial: true }, deadlineMs };
    }
  }

  /** A trial has ended without a word on what was tried. */
  #trialInVain(relays: readonly RelayAddress[], revision: number, nowMs: number): void {
    for (const relay of relays) this.#staging.unanswered(relay, revision, nowMs);
  }

  #isCanary(relay: RelayAddress): boolean {
    const stage = this.#staging.open();
    return stage !== null && relayKey(stage.canary) === relayKey(relay);
  }

  #isCalled(relay: RelayAddress, nowMs: number): boolean {
    return (this.#callsUntilMs.get(relayKey(relay)) ?? 0) > nowMs;
  }

  /** Enlisted relays that have not said that they hold what everybody may have. */
  #behind(): readonly EnlistedRelay[] {
    const { source, store } = this.#deps;
    if (source.head() === null) return [];
    const released = this.#staging.released();
    const behind = store
      .relays()
      .filter(({ revision }) => revision === null || revision < released);
    // The one that is trying something newer gets all of it by that.
    return this.#staging.open() === null
      ? behind
      : behind.filter((relay) => !this.#isCanary(relay));
  }

  #dueMs(relay: EnlistedRelay): number {
    return Math.max(relay.notBeforeMs, this.#callsUntilMs.get(relayKey(relay)) ?? 0);
  }

  /** Those of a call that are still enlisted; the call is over for them. */
  #enlisted(
    relays: readonly RelayAddress[],
  ): readonly { readonly relay: EnlistedRelay; readonly key: string }[] {
    const called = new Set(relays.map(relayKey));
    for (const key of called) this.#callsUntilMs.delete(key);
    return this.#deps.store
      .relays()
      .map((relay) => ({ relay, key: relayKey(relay) }))
      .filter(({ key }) => called.has(key));
  }

  #delivered(relay: EnlistedRelay, report: RelayReport, sent: number, nowMs: number): void {
    const holds = report.revision ?? -1;
    // A late answer to an earlier call says nothing new.
    if (holds >= sent && holds < (relay.revision ?? -1)) return;
    const after = this.#heard(relay, report, nowMs);
    if (report.refused !== undefined) return;
    // It could not take what was sent, and has not told why: sending the same again is no cure.
    if (holds < sent && report.revision === relay.revision) {
      this.#inVain({ ...after, attempts: relay.attempts }, "it could not take the change", nowMs);
    }
  }

  #heard(relay: EnlistedRelay, report: RelayReport, nowMs: number): EnlistedRelay {
    const { store } = this.#deps;
    const { region, shard } = relay;
    const { revision, sockets } = report;
    const after = heard(relay, report, nowMs);
    const isSame = after.revision === relay.revision && relay.attempts === 0;
    // A relay in use says the same every few seconds, and rows written are paid for.
    if (!isSame) store.putRelay(after);
    if (revision !== null && revision !== relay.revision) {
      store.addReceipt({ region, shard, revision, atMs: nowMs, sockets });
    }
    for (const observation of report.observed) {
      store.putObservation({ region, shard, ...observation });
    }
    this.#staging.heard(relay, revision, nowMs);
    return after;
  }

  #inVain(relay: EnlistedRelay, error: string, nowMs: number): void {
    const { random, settings, store } = this.#deps;
    store.putRelay(triedInVain(relay, error, { nowMs, random: random() }, settings));
  }

  #dropSilent(nowMs: number): void {
    const { settings, store } = this.#deps;
    for (const { region, shard, revision, silentSinceMs } of store.relays()) {
      if (silentSinceMs === null || nowMs - silentSinceMs < settings.goneAfterMs) continue;
      store.dropRelay({ region, shard, revision, goneAtMs: nowMs });
    }
  }
}

function sentBy({ advance }: UnsealedDelivery): number {
  return advance.kind === "delta" ? advance.delta.revision : advance.snapshot.revision;
}
