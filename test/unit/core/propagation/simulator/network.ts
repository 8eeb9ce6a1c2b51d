import type { EventQueue } from "./event-queue.ts";

/** What links do to messages. */
export interface LinkFaults {
  /** In milliseconds; each message takes something in between. */
  readonly delayMs: readonly [least: number, most: number];
  /** Shares of all messages. */
  readonly loss: number;
  readonly duplication: number;
  /** Messages that take up to five seconds more. */
  readonly straggling: number;
}

export const NO_FAULTS: LinkFaults = {
  delayMs: [5, 80],
  loss: 0,
  duplication: 0,
  straggling: 0,
};

const STRAGGLING_MS = 5_000;

/** A place that messages go to and come from. */
export interface Node {
  readonly name: string;
  /** Nothing that was sent to it, or asked by it, before it was started last concerns it. */
  incarnation: number;
}

export interface Call<T> {
  readonly from: Node;
  readonly to: Node;
  /** What the other side does with it; it may be asked twice, and answer later. */
  readonly serve: (answer: (value: T) => void) => void;
  readonly deadlineMs: number;
  /** In time or late; once. */
  readonly answered: (value: T) => void;
  /** When there was no answer by the deadline; one may come yet. */
  readonly missed: () => void;
}

/** Calls between nodes over links that delay, lose, duplicate and reorder, and can be cut. */
export class Network {
  readonly #events: EventQueue;
  readonly #random: () => number;
  readonly #cut = new Map<Node, Set<Node>>();
  faults: LinkFaults = NO_FAULTS;

  constructor(events: EventQueue, random: () => number) {
    this.#events = events;
    this.#random = random;
  }

  /** Nothing gets from one to the other, either way. */
  cut(a: Node, b: Node): void {
    this.#cutOneWay(a, b);
    this.#cutOneWay(b, a);
  }

  heal(): void {
    this.#cut.clear();
  }

  isCut(a: Node, b: Node): boolean {
    return this.#cut.get(a)?.has(b) === true;
  }

  call<T>({ from, to, serve, deadlineMs, answered, missed }: Call<T>): void {
    const caller = from.incarnation;
    let isOver = false;
    const receive = (value: T): void => {
      if (isOver || from.incarnation !== caller) return;
      isOver = true;
      answered(value);
    };
    this.#carry(from, to, () => {
      const server = to.incarnation;
      serve((value) => {
        if (to.incarnation === server) this.#carry(to, from, () => receive(value));
      });
    });
    this.#events.in(deadlineMs, () => {
      if (!isOver && from.incarnation === caller) missed();
    });
  }

  #cutOneWay(from: Node, to: Node): void {
    this.#cut.set(from, (this.#cut.get(from) ?? new Set()).add(to));
  }

  #carry(from: Node, to: Node, arrive: () => void): void {
    const { loss, duplication, straggling } = this.faults;
    const copies = this.#random() < duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.isCut(from, to) || this.#random() < loss) continue;
      const [least, most] = this.faults.delayMs;
      const late = this.#random() < straggling ? this.#random() * STRAGGLING_MS : 0;
      this.#events.in(least + Math.floor(this.#random() * (most - least) + late), () => {
        // What is under way when a link is cut is lost with it.
        if (!this.isCut(from, to)) arrive();
      });
    }
  }
}
