import { setTimeout as after } from "node:timers/promises";
import type { Management } from "../crash/management.ts";

export interface Batch {
  /** What the events of the batch are counted under. */
  readonly variation: string;
  readonly events: readonly object[];
}

const SENDERS = 4;
/** At most this long between two batches of a sender: kills are to meet all stages of a batch. */
const PAUSE_MS = 60;

/** Sends batches of events in parallel, as applications do, until nobody answers any more. */
export class Senders {
  readonly #send: Management;
  readonly #key: string;
  readonly #random: () => number;
  /** Batches that were promised. */
  readonly acknowledged: Batch[] = [];
  /** Batches whose answer did not come: they may have been taken, or not. */
  readonly unanswered: Batch[] = [];
  /** Answers that were neither a yes nor a "later". */
  readonly surprises: string[] = [];
  #stopped = false;
  #begin: () => void = () => {};
  /** Resolves with the first answer, or when there will be none. */
  readonly begun = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });

  constructor(send: Management, key: string, random: () => number) {
    this.#send = send;
    this.#key = key;
    this.#random = random;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** First what `waiting` holds, then whatever `next` makes, to the end of either. */
  async run(waiting: Batch[], next: () => Batch | null): Promise<void> {
    const sender = async () => {
      while (!this.#stopped) {
        const batch = waiting.shift() ?? next();
        if (batch === null) return;
        if (!(await this.#deliver(batch))) {
          this.unanswered.push(batch);
          return;
        }
        this.#begin();
        await after(this.#random() * PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    this.#begin();
  }

  /** False when no answer came. */
  async #deliver(batch: Batch): Promise<boolean> {
    const headers = { authorization: `Bearer ${this.#key}` };
    const answer = await this.#send("POST", "/sdk/v1/events", { events: batch.events }, headers);
    if (answer === null) return false;
    if (answer.status === 202 && answer.body.accepted === batch.events.length) {
      this.acknowledged.push(batch);
    } else if (answer.status === 503 || answer.status === 429) this.unanswered.push(batch);
    else this.surprises.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    return true;
  }
}
