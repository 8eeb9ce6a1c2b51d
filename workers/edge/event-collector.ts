import type { EnvironmentId } from "../../src/core/brand.ts";
import type { ServedEvaluation } from "../../src/core/evaluation/evaluation.ts";
import type { EventChunk } from "../../src/core/events/chunk.ts";
import type { SdkKeyEntry } from "../../src/core/documents/sdk-key-entry.ts";
import { ExposureBuffer } from "../../src/core/events/exposure-buffer.ts";
import { KeyUses } from "../../src/core/events/key-uses.ts";
import { packEvents, placed } from "../../src/core/events/pack-events.ts";
import type { UsageCount } from "../../src/core/events/usage.ts";
import { UsageCounter } from "../../src/core/events/usage-counter.ts";
import type { UsageTally } from "../../src/core/events/usage-tally.ts";
import { type ChunkSender, SEND_DEADLINE_MS } from "./chunk-sender.ts";
import type { EdgeHealth } from "./edge-health.ts";
import type { Clock, EdgeIo } from "./ports.ts";

export interface CollectorLimits {
  /** How long after the first of them counts and exposures are sent, in milliseconds. */
  readonly flushAfterMs: number;
  /** So many exposures are sent at once, without waiting: each is an event of its own. */
  readonly flushAt: number;
  /**
   * So many different answers are reported at once. Well above what one request may ask for: an
   * answer that is given again only adds to its count, and costs nothing by waiting.
   */
  readonly flushUsageAt: number;
  /** So many exposures are held while the queue takes none; further ones are dropped and counted. */
  readonly most: number;
  /** The same for different answers: enough for what one request adds to `flushUsageAt`. */
  readonly mostUsage: number;
  /** The least time to wait after the queue took nothing, in milliseconds. */
  readonly retryAfterMs: number;
}

export interface CollectorDeps {
  readonly clock: Clock;
  readonly sender: ChunkSender;
  readonly health: EdgeHealth;
  /** Ids that no event had before. */
  readonly newId: () => string;
}

const COLLECTOR_LIMITS: CollectorLimits = {
  flushAfterMs: 5_000,
  // About two full messages, and a few milliseconds to make them.
  flushAt: 1_000,
  flushUsageAt: 15_000,
  most: 20_000,
  mostUsage: 50_000,
  retryAfterMs: 5_000,
};

/** So many keys are told of at once; in one isolate there are seldom more than a few. */
const MOST_KEYS = 1_000;

/** Timers and sendings that are later than this died with the request that they belonged to. */
const LATE_MS = 1_000;

/** A stretch of time that something takes. */
interface Stretch {
  readonly fromMs: number;
  readonly forMs: number;
}

/**
 * What this isolate has answered and not yet reported: how often each answer was given, who was
 * exposed to which experiment, and which keys were used. Sent behind the answers, many in one message.
 *
 * What the queue may or may not have taken is sent again as it was, with the same ids, and only
 * then what has come since. An isolate that the platform ends takes along what it has not sent:
 * at most what `flushAfterMs` gives, while the queue works.
 */
export class EventCollector {
  readonly #deps: CollectorDeps;
  readonly #limits: CollectorLimits;
  readonly #usage: UsageCounter;
  readonly #exposures: ExposureBuffer;
  readonly #keys = new KeyUses(MOST_KEYS);
  /** Sent, but not known to have been taken. */
  #unsettled: readonly EventChunk[] = [];
  #sending: Stretch | undefined;
  #timer: Stretch | undefined;
  /** While the queue is left alone, after it took nothing. */
  #pause: Stretch | undefined;
  /** When the first and the last of what is held were answered; `undefined`: nothing is held. */
  #firstAtMs: number | undefined;
  #lastAtMs = 0;

  constructor(deps: CollectorDeps, limits: CollectorLimits = COLLECTOR_LIMITS) {
    this.#deps = deps;
    this.#limits = limits;
    this.#usage = new UsageCounter(limits.mostUsage);
    this.#exposures = new ExposureBuffer(limits.most);
  }

  /** Between `begin` and `end` of one answer, without waiting for anything. */
  count(usage: UsageCount): void {
    this.#usage.add(usage);
  }

  /** As `count`, for those that have these numbers. */
  countAll(tally: UsageTally, numbers: readonly number[]): void {
    this.#usage.addAll(tally, numbers);
  }

  /** As `count`. */
  expose(environment: EnvironmentId, answer: ServedEvaluation, unit: string, atMs: number): void {
    this.#exposures.add(environment, answer, unit, atMs);
  }

  /** A key was let in. Nearly always that was said in this minute, and nothing is done. */
  use(environment: EnvironmentId, key: SdkKeyEntry, nowMs: number, io: EdgeIo): void {
    if (!this.#keys.isNew(key, nowMs)) return;
    this.begin(nowMs, io);
    this.#keys.note(environment, key, nowMs);
    this.end(nowMs, io);
  }

  /** Before an answer is counted: what has waited too long goes first, under its own time. */
  begin(nowMs: number, io: EdgeIo): void {
    if (this.#isDue(nowMs)) this.#start(nowMs, io);
  }

  /** After an answer was counted: sees to it that it is sent, behind the answer. */
  end(nowMs: number, io: EdgeIo): void {
    if (this.#held() > 0) {
      this.#firstAtMs ??= nowMs;
      this.#lastAtMs = nowMs;
    }
    this.#arrange(nowMs, io);
  }

  #held(): number {
    return this.#usage.size + this.#exposures.size + this.#keys.size;
  }

  #arrange(nowMs: number, io: EdgeIo): void {
    if (this.#isDue(nowMs)) this.#start(nowMs, io);
    else if (!isDuring(this.#sending, nowMs) && !isDuring(this.#timer, nowMs)) {
      this.#setTimer(nowMs, io);
    }
  }

  #isDue(nowMs: number): boolean {
    if (isDuring(this.#sending, nowMs) || isDuring(this.#pause, nowMs)) return false;
    if (this.#unsettled.length > 0) return true;
    return this.#waitMs(nowMs) === 0 || this.#isMuch();
  }

  #isMuch(): boolean {
    const { flushAt, flushUsageAt } = this.#limits;
    return this.#exposures.size >= flushAt || this.#usage.size >= flushUsageAt;
  }

  /** How long the oldest of what is held may still wait; infinity: nothing is held. */
  #waitMs(nowMs: number): number {
    if (this.#firstAtMs === undefined) return Number.POSITIVE_INFINITY;
    const age = nowMs - this.#firstAtMs;
    // A clock that was set back must not hold everything up.
    return age < 0 ? 0 : Math.max(0, this.#limits.flushAfterMs - age);
  }

  /**
   * So that the last answers are sent although no request comes after them. The timer belongs to
   * one request and may die with it: the next request finds what is due without it.
   */
  #setTimer(nowMs: number, io: EdgeIo): void {
    const { clock } = this.#deps;
    const wait = this.#unsettled.length > 0 ? 0 : this.#waitMs(nowMs);
    if (!Number.isFinite(wait)) return;
    const forMs = Math.max(1, wait, leftOf(this.#pause, nowMs));
    const timer = { fromMs: nowMs, forMs: forMs + LATE_MS };
    this.#timer = timer;
    const ringing = clock.startTimer(forMs).done.then(() => {
      if (this.#timer === timer) this.#timer = undefined;
      this.#arrange(clock.now(), io);
    });
    io.waitUntil(ringing);
  }

  #start(nowMs: number, io: EdgeIo): void {
    if (this.#unsettled.length === 0) this.#unsettled = this.#draw(nowMs);
    const sending = { fromMs: nowMs, forMs: SEND_DEADLINE_MS + LATE_MS };
    this.#sending = sending;
    io.waitUntil(this.#send(io, sending, this.#unsettled));
  }

  async #send(io: EdgeIo, sending: Stretch, chunks: readonly EventChunk[]): Promise<void> {
    const { clock, health, sender } = this.#deps;
    const sent = await sender.send(io.events, chunks);
    health.droppedEvents = this.#usage.dropped + this.#exposures.dropped;
    const nowMs = clock.now();
    if (this.#sending === sending) this.#sending = undefined;
    if (sent.kind === "accepted") {
      if (this.#unsettled === chunks) this.#unsettled = [];
      this.#pause = undefined;
    } else {
      const { retryAfterMs } = this.#limits;
      const forMs = sent.kind === "busy" ? sent.retryAfterSeconds * 1_000 : 0;
      this.#pause = { fromMs: nowMs, forMs: Math.max(forMs, retryAfterMs) };
    }
    this.#arrange(nowMs, io);
  }

  /** Takes out all that is held, packed for each environment. */
  #draw(nowMs: number): readonly EventChunk[] {
    const { newId } = this.#deps;
    const usage = this.#usage.drain(this.#lastAtMs, newId);
    const exposures = this.#exposures.drain(newId);
    const keys = this.#keys.drain(newId);
    this.#firstAtMs = undefined;
    const environments = new Set([...usage.keys(), ...exposures.keys(), ...keys.keys()]);
    return [...environments].flatMap((id) => {
      const counts = [...(usage.get(id) ?? []), ...(exposures.get(id) ?? [])];
      const events = [...counts, ...(keys.get(id) ?? [])];
      return packEvents(id, nowMs, events.map(placed));
    });
  }
}

function isDuring(stretch: Stretch | undefined, nowMs: number): boolean {
  return leftOf(stretch, nowMs) > 0;
}

/** How much of it is left; a clock that was set back ends it. */
function leftOf(stretch: Stretch | undefined, nowMs: number): number {
  if (stretch === undefined || nowMs < stretch.fromMs) return 0;
  return Math.max(0, stretch.fromMs + stretch.forMs - nowMs);
}
