import type { EnvironmentId } from "../../core/brand.ts";
import type { Ruleset } from "../../core/evaluation/ruleset.ts";
import { assertNever } from "../../core/result.ts";
import type { ClientEvent } from "./client-event.ts";
import { type ClientStatus, type Contact, statusOf } from "./client-status.ts";
import { type ConnectionEvent, type ConnectionState, IDLE } from "./connection.ts";
import { LastKnownGood } from "./last-known-good.ts";
import type { ClientSetup } from "./options.ts";
import { nextStep } from "./next-step.ts";
import type { ReceivedState, ServerWord } from "./read-word.ts";
import { RulesetStore, type Standing, type TakeOutcome } from "./ruleset-store.ts";
import { type Source, Transport } from "./transport.ts";
import { Waiters } from "./waiters.ts";

/** How long a start waits for what was kept. */
const KEPT_WITHIN_MS = 500;

/**
 * Brings together what is held and how it is kept up to date. What comes is taken one after the
 * other, since believing it takes time.
 */
export class Synchronizer {
  readonly #setup: ClientSetup;
  readonly #store: RulesetStore;
  readonly #transport: Transport;
  readonly #kept: LastKnownGood | null;
  readonly #waiters: Waiters;
  readonly #patience: Waiters;
  #connection: ConnectionState = IDLE;
  #contact: Contact = null;
  #toldStatus: ClientStatus = "NOT_READY";
  #taking: Promise<void> = Promise.resolve();

  constructor(environmentId: EnvironmentId, setup: ClientSetup) {
    const { clock, compilePattern, storage, trustedKeys, verifySignature } = setup;
    const deps = { compilePattern, environmentId, verifySignature };
    this.#setup = setup;
    this.#store = new RulesetStore(trustedKeys, deps);
    this.#kept = storage === null ? null : new LastKnownGood(storage);
    this.#waiters = new Waiters(clock);
    this.#patience = new Waiters(clock);
    this.#transport = new Transport(setup, () => this.#store.vouched?.header.revision ?? null, {
      timer: () => this.#dispatch({ type: "timer" }),
      opened: () => this.#dispatch({ type: "opened" }),
      heard: () => this.#dispatch({ type: "heard" }),
      word: (word, source) =>
        this.#enqueue(async () => {
          if (word.ok) await this.#take(word.value, source);
          else this.#refuse(word.error, source);
        }),
      // Behind what came before it, which may say when to come back.
      closed: (code, source) => this.#enqueue(() => this.#event({ type: "closed", code }, source)),
      notModified: (source) => this.#caughtUp(source),
      pollFailed: (why) => {
        this.#fail("poll");
        if (why === "unauthorized") this.#dispatch({ type: "unauthorized" });
      },
    });
  }

  get ruleset(): Ruleset | undefined {
    return this.#store.held?.ruleset;
  }

  get status(): ClientStatus {
    const isHolding = this.#store.held !== null;
    return statusOf({ connection: this.#connection, contact: this.#contact, isHolding });
  }

  /** Begins with what the last run held, so as to ask only for what it lacks. */
  async start(): Promise<void> {
    if (this.#kept !== null) {
      void this.#takeKept(this.#kept).then(() => this.#patience.release());
      await this.#patience.wait(KEPT_WITHIN_MS);
    }
    this.#dispatch({ type: "start" });
  }

  /** Until waiting longer would change nothing, or for so long. */
  async whenSettled(timeoutMs: number): Promise<ClientStatus> {
    if (!this.#isSettled()) await this.#waiters.wait(timeoutMs);
    return this.status;
  }

  close(): void {
    this.#dispatch({ type: "stop" });
    this.#patience.release();
  }

  #isSettled(): boolean {
    if (this.#connection.phase === "ended" || this.status === "READY") return true;
    return this.status === "STALE" && this.#contact === "failed";
  }

  async #takeKept(storage: LastKnownGood): Promise<void> {
    const kept = await storage.read();
    if (kept === null) return;
    this.#enqueue(async () => {
      // Only what was vouched for is kept.
      await this.#hold(kept, "vouched");
      this.#announce();
    });
    await this.#taking;
  }

  #enqueue(work: () => Promise<void> | void): void {
    this.#taking = this.#taking.then(work);
  }

  #dispatch(event: ConnectionEvent): void {
    const before = this.#connection.phase;
    const { connection, random } = this.#setup;
    const { state, effects } = nextStep(this.#connection, event, connection, random());
    this.#connection = state;
    if (before === "live" && state.phase !== "live") this.#contact = null;
    for (const effect of effects) this.#transport.perform(effect);
    this.#announce();
  }

  /** For what comes from a stream that was given up, nothing is to be done. */
  #event(event: ConnectionEvent, source: Source): void {
    if (this.#transport.isCurrent(source)) this.#dispatch(event);
  }

  async #take(word: ServerWord, source: Source): Promise<void> {
    switch (word.kind) {
      case "reconnect":
        this.#event({ type: "advised", withinMs: word.withinMs }, source);
        return;
      case "ended":
        this.#event({ type: "key-ended" }, source);
        return;
      case "unknown":
        if (isPoll(source)) this.#fail(source);
        return;
      case "current":
        if (word.revision <= (this.#store.vouched?.header.revision ?? -1)) this.#caughtUp(source);
        else this.#gap(source);
        return;
      case "snapshot":
      case "delta":
        await this.#takeState(word, source);
        return;
      default:
        assertNever(word);
    }
  }

  async #takeState(state: ReceivedState, source: Source): Promise<void> {
    const standing = source === "stale-poll" ? "provisional" : "vouched";
    const outcome = await this.#hold(state, standing);
    if (outcome.kind === "refused") this.#refuse(outcome.why, source);
    else if (outcome.kind === "gap") this.#gap(source);
    else this.#caughtUp(source);
  }

  async #hold(state: ReceivedState, standing: Standing): Promise<TakeOutcome> {
    const before = this.#store.vouched;
    const outcome = await this.#store.take(state, standing);
    const { vouched } = this.#store;
    if (vouched !== null && vouched !== before) this.#kept?.write(vouched);
    if (outcome.kind === "adopted") {
      const { revision, flags } = outcome;
      this.#tell({ type: "changed", revision, flags });
    }
    return outcome;
  }

  #caughtUp(source: Source): void {
    if (!this.#transport.isCurrent(source)) return;
    const isVague = source === "stale-poll" && !this.#isLive();
    this.#contact = isVague || this.#store.vouched === null ? "failed" : "good";
    this.#dispatch({ type: isPoll(source) ? "polled" : "caught-up" });
  }

  #refuse(why: string, source: Source): void {
    this.#tell({ type: "refused", why });
    if (!this.#transport.isCurrent(source)) return;
    this.#dispatch({ type: isPoll(source) ? "poll-refused" : "refused" });
    this.#fail(source);
  }

  #gap(source: Source): void {
    if (isPoll(source)) this.#refuse("an answer does not begin where it was asked to", source);
    else this.#event({ type: "gap" }, source);
  }

  /** A poll that fails while a stream is up says nothing. */
  #fail(source: Source): void {
    if (isPoll(source) && this.#isLive()) return;
    this.#contact = "failed";
    this.#announce();
  }

  #isLive(): boolean {
    return this.#connection.phase === "live";
  }

  #announce(): void {
    const { status } = this;
    if (status !== this.#toldStatus) {
      this.#toldStatus = status;
      this.#tell({ type: "status", status });
    }
    if (this.#isSettled()) this.#waiters.release();
  }

  /** Apart from what is being done, so that what the application throws is its own affair. */
  #tell(event: ClientEvent): void {
    const { onEvent } = this.#setup;
    if (onEvent !== null) queueMicrotask(() => onEvent(event));
  }
}

const isPoll = (source: Source): boolean => typeof source === "string";
