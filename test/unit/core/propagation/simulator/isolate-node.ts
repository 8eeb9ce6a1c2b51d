import type { ChangesSince } from "../../../../../src/core/authority/authority-api.ts";
import { adopt } from "../../../../../src/core/freshness/adopt.ts";
import {
  decideFreshness,
  FRESHNESS,
  isStale,
} from "../../../../../src/core/freshness/freshness.ts";
import type { RelayAnswer } from "../../../../../src/core/propagation/messages.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Network, Node } from "./network.ts";
import type { RelayNode } from "./relay-node.ts";

/** An answer to a probe. */
export interface Sample {
  readonly revision: number;
  readonly isMarked: boolean;
}

/** What an isolate evaluates with: of each flag the version, as its own reading of messages has it. */
interface Held {
  readonly revision: number;
  readonly versions: ReadonlyMap<string, number>;
}

export interface IsolateDeps {
  readonly events: EventQueue;
  readonly network: Network;
  readonly relay: RelayNode;
  readonly skewMs: number;
  readonly answered: (sample: Sample) => void;
}

/** One evaluating isolate: the rule of freshness on simulated time. */
export class IsolateNode implements Node {
  readonly name: string;
  incarnation = 0;
  held: Held | undefined;
  #confirmedAtMs: number | null = null;
  #flightAtMs: number | null = null;
  #failedAtMs: number | null = null;
  #waiting: (() => void)[] = [];
  readonly #deps: IsolateDeps;

  constructor(deps: IsolateDeps) {
    this.#deps = deps;
    this.name = `isolate of ${deps.relay.name}`;
  }

  /** Another isolate takes its place, with nothing in memory. */
  restart(): void {
    this.incarnation += 1;
    this.held = undefined;
    this.#confirmedAtMs = null;
    this.#flightAtMs = null;
    this.#failedAtMs = null;
    this.#waiting = [];
  }

  /** A request comes in. */
  probe(): void {
    const { events } = this.#deps;
    const decision = decideFreshness(this.#ageMs(), FRESHNESS);
    if (decision !== "serve") this.#confirm();
    if (decision !== "confirm-first" || this.#isImpatient()) {
      this.#answer();
      return;
    }
    let isDone = false;
    const { incarnation } = this;
    const done = (): void => {
      if (isDone || this.incarnation !== incarnation) return;
      isDone = true;
      this.#answer();
    };
    this.#waiting.push(done);
    const deadlineMs = this.held === undefined ? "coldDeadlineMs" : "confirmDeadlineMs";
    events.in(FRESHNESS[deadlineMs], done);
  }

  #answer(): void {
    // Nothing to evaluate with: the request fails, with 503.
    if (this.held === undefined) return;
    const isMarked = isStale(this.#ageMs(), FRESHNESS);
    this.#deps.answered({ revision: this.held.revision, isMarked });
  }

  #confirm(): void {
    const { network, relay } = this.#deps;
    const nowMs = this.#clock();
    if (this.#flightAtMs !== null && nowMs - this.#flightAtMs < FRESHNESS.flightExpiryMs) return;
    if (this.#failedAtMs !== null && nowMs - this.#failedAtMs < FRESHNESS.retryAfterMs) return;
    this.#flightAtMs = nowMs;
    const base = this.held;
    const since = base?.revision ?? null;
    network.call<RelayAnswer>({
      from: this,
      to: relay,
      serve: (answer) => relay.changesSince(since, answer),
      deadlineMs: base === undefined ? FRESHNESS.coldDeadlineMs : FRESHNESS.confirmDeadlineMs,
      answered: (answer) => this.#take(answer, base, nowMs),
      missed: () => {
        this.#failedAtMs = this.#clock();
      },
    });
  }

  #take(answer: RelayAnswer, base: Held | undefined, sentAtMs: number): void {
    if (this.#flightAtMs === sentAtMs) this.#flightAtMs = null;
    if (answer.kind === "nothing" || answer.changes.kind === "unknown-environment") {
      this.#failedAtMs = this.#clock();
    } else {
      const candidate = after(base, answer.changes);
      const before = this.held;
      this.held = adopt(before, candidate);
      if (this.held !== before) this.#confirmedAtMs = null;
      if (answer.kind === "unconfirmed") this.#failedAtMs = this.#clock();
      else if (this.held.revision === candidate.revision) this.#confirmed(sentAtMs);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }

  #confirmed(sentAtMs: number): void {
    this.#failedAtMs = null;
    this.#confirmedAtMs = Math.max(this.#confirmedAtMs ?? sentAtMs, sentAtMs);
  }

  #isImpatient(): boolean {
    if (this.#failedAtMs === null || this.held === undefined) return false;
    return this.#clock() - this.#failedAtMs < FRESHNESS.impatientForMs;
  }

  #ageMs(): number | null {
    return this.#confirmedAtMs === null ? null : this.#clock() - this.#confirmedAtMs;
  }

  #clock(): number {
    return this.#deps.events.nowMs + this.#deps.skewMs;
  }
}

/** Strict: a message that does not fit what it was asked for with is a fault of the sender. */
function after(
  base: Held | undefined,
  changes: Exclude<ChangesSince, { kind: "unknown-environment" }>,
): Held {
  if (changes.kind === "snapshot") {
    const { revision, flags } = changes.snapshot;
    const versions = new Map(flags.map(({ document, version }) => [document.key, version]));
    return { revision, versions };
  }
  if (base === undefined) throw new Error("who has nothing needs everything");
  if (changes.kind === "current") {
    if (base.revision !== changes.revision) throw new Error("not the reader's own revision");
    return base;
  }
  const { delta } = changes;
  if (delta.since !== base.revision || delta.revision <= delta.since) {
    throw new Error(`a delta from ${delta.since} to ${delta.revision} for ${base.revision}`);
  }
  const versions = new Map(base.versions);
  for (const { key, state } of delta.changes) {
    if (state === null) versions.delete(key);
    else versions.set(key, state.version);
  }
  return { revision: delta.revision, versions };
}
