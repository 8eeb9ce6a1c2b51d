import type { EnlistedRelay } from "./enlisted-relay.ts";
import type { FanOutStore } from "./fan-out-store.ts";
import { type RelayAddress, relayKey } from "./relay-address.ts";
import type { PropagationSettings } from "./settings.ts";
import type { Stage, StageEnd, StageIssue, StageStore } from "./stage.ts";
import type { Publishing } from "./urgency.ts";

/** The environment whose changes are staged. */
export interface StagingSource {
  /** The newest revision, whoever may have it; `null`: there is no environment. */
  head(): { readonly revision: number } | null;
  /** Whether changes are to be staged at all. */
  isStaged(): boolean;
  /** Takes the environment back to a revision, in the name of the system. */
  revert(toRevision: number, reason: string, nowMs: number): void;
  /** Revisions before the newest that will be asked for. */
  keepAtHand(revisions: readonly number[]): void;
}

export interface StagingDeps {
  readonly store: Pick<FanOutStore, "relays">;
  readonly stages: StageStore;
  readonly source: StagingSource;
  readonly settings: PropagationSettings;
}

/** A text for people, and one line of a log. */
const MESSAGE_LENGTH = 300;
/** A refusal that comes later than this after the stage began changes nothing. */
const REFUSABLE_FOR_MS = 30_000;

/**
 * Which revision everybody may have, while a newer one is tried on one relay. All of it is in the
 * store, so that another process goes on where one has ended.
 */
export class Staging {
  readonly #deps: StagingDeps;
  /** When relays were last heard, for choosing the next canary; lost with the process. */
  readonly #heardAtMs = new Map<string, number>();
  /** As the store has it; `undefined`: not read yet. */
  #last: Stage | null | undefined = undefined;

  constructor(deps: StagingDeps) {
    this.#deps = deps;
    const stage = this.open();
    if (stage !== null) deps.source.keepAtHand([stage.base, stage.revision]);
  }

  /** What is being tried; `null`: nothing. */
  open(): Stage | null {
    const stage = this.#lastStage();
    return stage === null || stage.end !== null ? null : stage;
  }

  /** The newest revision that everybody may have. */
  released(): number {
    return this.open()?.base ?? this.#head();
  }

  /** To be called after each accepted change, before it is sent. */
  accepted(publishing: Publishing, nowMs: number): void {
    const { source } = this.#deps;
    const stage = this.open();
    if (publishing === "at-once" || !source.isStaged()) {
      if (stage !== null) this.#end(stage, { outcome: "overtaken", covers: this.#head() }, nowMs);
    } else if (stage === null && publishing === "staged") {
      this.#begin(this.#head() - 1, nowMs);
    }
  }

  /** A relay has spoken. What it holds, it has accepted. */
  heard(relay: RelayAddress, revision: number | null, nowMs: number): void {
    this.#heardAtMs.set(relayKey(relay), nowMs);
    const stage = this.open();
    if (stage === null || revision === null || revision < stage.revision) return;
    this.#release(stage, "accepted", nowMs);
  }

  /**
   * A canary refuses a revision. That counts also when something urgent has taken it along
   * meanwhile: nobody can evaluate with either then.
   */
  refused(relay: RelayAddress, revision: number, issue: StageIssue, nowMs: number): void {
    const { source } = this.#deps;
    const stage = this.#lastStage();
    // Where changes are no longer staged, others may have gone out by themselves since.
    if (stage?.revision !== revision || !source.isStaged()) return;
    if (!isTakenBack(stage, nowMs)) return;
    const { base } = stage;
    const found = { path: issue.path, message: issue.message.slice(0, MESSAGE_LENGTH) };
    const last = this.#head();
    source.revert(
      base,
      `The relay ${relayKey(relay)} refused revision ${revision}: ${found.path} ${found.message}. ` +
        `Everything since revision ${base} was taken back, kills excepted.`,
      nowMs,
    );
    const head = this.#head();
    const revertedBy = head === last ? null : head;
    this.#end(stage, { outcome: "reverted", covers: last, issue: found, revertedBy }, nowMs);
  }

  /** The relay that is to try the revision does not answer. */
  unanswered(relay: RelayAddress, revision: number, nowMs: number): void {
    const stage = this.open();
    if (stage?.revision !== revision || relayKey(stage.canary) !== relayKey(relay)) return;
    this.#passOn(stage, nowMs);
  }

  /** Ends what has taken too long. */
  tick(nowMs: number): void {
    const { settings } = this.#deps;
    const stage = this.open();
    if (stage === null) return;
    // A moment in the future is from before the clock was set back.
    const isOver = !isWithin(nowMs - stage.beganAtMs, settings.stageMs);
    if (isOver) this.#release(stage, "unanswered", nowMs);
    else if (!isWithin(nowMs - stage.canarySinceMs, settings.canaryDeadlineMs)) {
      this.#passOn(stage, nowMs);
    }
  }

  /** When `tick` has something to do; `null`: never. */
  nextTickMs(): number | null {
    const { canaryDeadlineMs, stageMs } = this.#deps.settings;
    const stage = this.open();
    if (stage === null) return null;
    return Math.min(stage.beganAtMs + stageMs, stage.canarySinceMs + canaryDeadlineMs);
  }

  /** Tries everything after a revision; where nobody is to be had for that, all get it. */
  #begin(base: number, nowMs: number): void {
    const canary = this.#nextCanary([]);
    if (canary === undefined) return;
    this.#put({
      base,
      revision: this.#head(),
      beganAtMs: nowMs,
      canary,
      canarySinceMs: nowMs,
      passedOver: [],
      end: null,
    });
  }

  #passOn(stage: Stage, nowMs: number): void {
    const passedOver = [...stage.passedOver, relayKey(stage.canary)];
    const canary = this.#nextCanary(passedOver);
    if (canary === undefined) this.#release(stage, "unanswered", nowMs);
    else this.#put({ ...stage, canary, canarySinceMs: nowMs, passedOver });
  }

  /** Everybody gets what was tried; what was accepted since is tried next, together. */
  #release(stage: Stage, outcome: "accepted" | "unanswered", nowMs: number): void {
    this.#end(stage, { outcome, covers: stage.revision }, nowMs);
    if (this.#head() > stage.revision && this.#deps.source.isStaged()) {
      this.#begin(stage.revision, nowMs);
    }
  }

  #end(
    stage: Stage,
    end: Pick<StageEnd, "outcome" | "covers"> & Partial<StageEnd>,
    atMs: number,
  ): void {
    this.#put({ ...stage, end: { issue: null, revertedBy: null, ...end, atMs } });
  }

  #put(stage: Stage): void {
    const { source, stages } = this.#deps;
    stages.putStage(stage);
    this.#last = stage;
    source.keepAtHand(stage.end === null ? [stage.base, stage.revision] : []);
  }

  /** The relay that answered last, of those that answer and were not passed over. */
  #nextCanary(passedOver: readonly string[]): RelayAddress | undefined {
    const heardAtMs = (relay: EnlistedRelay): number =>
      this.#heardAtMs.get(relayKey(relay)) ?? relay.acknowledgedAtMs ?? 0;
    const [first] = this.#deps.store
      .relays()
      .filter(({ attempts, revision }) => attempts === 0 && revision !== null)
      .filter((relay) => !passedOver.includes(relayKey(relay)))
      .toSorted((a, b) => heardAtMs(b) - heardAtMs(a));
    return first && { region: first.region, shard: first.shard };
  }

  #lastStage(): Stage | null {
    const { source, stages } = this.#deps;
    // Before there is an environment there are no tables.
    if (source.head() === null) return null;
    if (this.#last === undefined) this.#last = stages.lastStage();
    return this.#last;
  }

  #head(): number {
    return this.#deps.source.head()?.revision ?? 0;
  }
}

function isTakenBack({ beganAtMs, end }: Stage, nowMs: number): boolean {
  if (end === null) return true;
  const isOut = end.outcome === "overtaken" || end.outcome === "unanswered";
  return isOut && isWithin(nowMs - beganAtMs, REFUSABLE_FOR_MS);
}

function isWithin(ageMs: number, ms: number): boolean {
  return ageMs >= 0 && ageMs < ms;
}
