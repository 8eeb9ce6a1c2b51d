interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** What is to happen when: in order of time, and of scheduling where the time is the same. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;
  nowMs = 0;

  at(atMs: number, happen: () => void): void {
    const event = { atMs, order: (this.#order += 1), happen };
    const heap = this.#heap;
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
  }

  in(ms: number, happen: () => void): void {
    this.at(this.nowMs + ms, happen);
  }

  /** Lets everything happen up to a moment, and stands there then. */
  runUntil(untilMs: number): void {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#removeFirst();
      this.nowMs = next.atMs;
      next.happen();
    }
    this.nowMs = untilMs;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}

const isBefore = (a: Event, b: Event) =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
