import { DurableObject } from "cloudflare:workers";
import {
  type DeliveredMessage,
  type EventConsumerApi,
  retryLater,
} from "../src/core/events/delivery.ts";
import {
  type Backlog,
  EmbeddedQueue,
  type OfferedMessage,
} from "../src/core/events/embedded-queue.ts";
import type { SendResult } from "../src/core/events/event-queue.ts";
import { orTooLate } from "./deadline.ts";
import { EventQueueStore } from "./event-queue-store.ts";

/** How long one alarm delivers before it hands over to the next: an alarm may take 15 minutes. */
const ALARM_MS = 60_000;
/** A batch takes a second or so; a consumer that hangs must not hold up the queue. */
const CONSUMER_DEADLINE_MS = 30_000;
/** How dead letters name this queue. */
const QUEUE = "embedded";

type Outcomes = ReturnType<EventConsumerApi["consume"]>;

/**
 * A queue on SQLite, for installations without Cloudflare Queues: `send` answers when the messages
 * are durable, alarms deliver them to the `EventConsumer` of the same Worker. What it decides is in
 * `src/core/events/embedded-queue.ts`; this binds that to storage, clock, alarm and consumer.
 */
export class EventQueueObject extends DurableObject {
  readonly #queue: EmbeddedQueue;
  /** When the alarm is known to ring, to spare a write when many sends ask for the same. */
  #alarmAtMs: number | null = null;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    const store = new EventQueueStore({
      exec: (statement, ...parameters) => ctx.storage.sql.exec(statement, ...parameters),
      transaction: (work) => ctx.storage.transactionSync(work),
    });
    this.#queue = new EmbeddedQueue(store);
    // The rows are the promise and the alarm only keeps it: a lost alarm is set again.
    this.#scheduleAlarm();
  }

  /** The answer leaves when storage has made the messages durable, and not before. */
  async send(messages: readonly OfferedMessage[]): Promise<SendResult> {
    const sent = this.#queue.send(messages, Date.now());
    this.#scheduleAlarm();
    return sent;
  }

  /** What waits to be delivered. */
  async backlog(): Promise<Backlog> {
    return this.#queue.backlog();
  }

  /** Delivers what is due. May run twice, early or for nothing: it goes by the rows. */
  override async alarm(): Promise<void> {
    this.#alarmAtMs = null;
    const endMs = Date.now() + ALARM_MS;
    while (Date.now() < endMs && (await this.#deliver()));
    this.#scheduleAlarm();
  }

  /** Delivers one batch; false when nothing was due. */
  async #deliver(): Promise<boolean> {
    const { consume, setAside } = this.#queue.due(Date.now());
    const consumer = consumerOf(this.ctx.exports);
    if (consume.length > 0) await this.#settle(consume, consumer.consume(QUEUE, consume));
    if (setAside.length > 0) await this.#settle(setAside, consumer.setAside(QUEUE, setAside));
    return consume.length + setAside.length > 0;
  }

  /**
   * Takes note of what became of messages. A consumer that gave no answer may have done its work,
   * or not, or be still at it: all of it comes again, and counts once.
   */
  async #settle(messages: readonly DeliveredMessage[], consuming: Outcomes): Promise<void> {
    const answer = await orTooLate(consuming, CONSUMER_DEADLINE_MS).catch(String);
    const outcomes = typeof answer === "string" ? messages.map(() => retryLater(answer)) : answer;
    this.#queue.settle(messages, outcomes, { nowMs: Date.now(), random: Math.random });
  }

  /** Called in the same turn as the transaction, so that storage makes both durable together. */
  #scheduleAlarm(): void {
    const dueMs = this.#queue.nextDueMs();
    if (dueMs === null || (this.#alarmAtMs !== null && this.#alarmAtMs <= dueMs)) return;
    this.#alarmAtMs = dueMs;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(dueMs));
  }
}

/** The consumer is an entrypoint of the Worker that has this class, so no binding names it. */
function consumerOf(exports: object): EventConsumerApi {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the platform types it by the entry
  return (exports as { readonly EventConsumer: EventConsumerApi }).EventConsumer;
}
