import type { EventChunk } from "../../../../src/core/events/chunk.ts";
import type { IntakeEvent } from "../../../../src/core/events/event.ts";
import type { EventQueue, SendResult } from "../../../../src/core/events/event-queue.ts";

/** A queue that remembers what it was given, and takes it or not. */
export class TestQueue implements EventQueue {
  /** What it was asked to take, in order, whatever came of that. */
  readonly asked: (readonly EventChunk[])[] = [];
  readonly taken: EventChunk[] = [];
  answer: SendResult | "error" | "hang" = { kind: "accepted" };
  #waiting: (() => void)[] = [];

  async send(chunks: readonly EventChunk[]): Promise<SendResult> {
    const { answer } = this;
    this.asked.push(chunks);
    if (answer !== "error" && answer !== "hang" && answer.kind === "accepted") {
      this.taken.push(...chunks);
    }
    for (const ring of this.#waiting.splice(0)) ring();
    if (answer === "error") throw new Error("Network connection lost.");
    return answer === "hang" ? new Promise<never>(() => {}) : answer;
  }

  /** When it has been asked so often. */
  async askedTimes(times: number): Promise<void> {
    while (this.asked.length < times) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The events of all chunks that were taken, each chunk once. */
  get events(): readonly IntakeEvent[] {
    const chunks = new Map(this.taken.map((chunk) => [chunk.id, chunk]));
    return [...chunks.values()].flatMap(({ events }) => events);
  }
}
