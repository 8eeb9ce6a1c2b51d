export type DependencyState = "unknown" | "up" | "down";
export type Dependency = "authority" | "kv" | "queue";

/** What this isolate has done and seen since it started. Counts only: nothing about anyone. */
export class EdgeHealth {
  /** Flags evaluated. */
  evaluations = 0;
  /** Answers that were marked stale. */
  stale = 0;
  /** Snapshots, deltas and confirmations that could not be used. */
  rejected = 0;
  /** Environments that had to be fetched before the first answer. */
  cold = 0;
  /** Requests that could not be answered for want of a ruleset. */
  unavailable = 0;
  /** Evaluation requests that were more than their key may make in a second. */
  limited = 0;
  /** Events of clients that are on their way to be counted, and those that were refused. */
  acceptedEvents = 0;
  rejectedEvents = 0;
  /** Evaluations and exposures that will not be reported, because the queue took none for long. */
  droppedEvents = 0;
  /** Since when the queue takes nothing, in milliseconds since the Unix epoch; `null`: it does. */
  queueFailingSinceMs: number | null = null;
  readonly #dependencies = new Map<Dependency, DependencyState>();

  /** Notes how the last attempt to use a dependency ended. */
  saw(dependency: Dependency, state: "up" | "down"): void {
    this.#dependencies.set(dependency, state);
  }

  /** Notes whether the queue took what it was sent. */
  queueAnswered(hasTaken: boolean, nowMs: number): void {
    this.saw("queue", hasTaken ? "up" : "down");
    this.queueFailingSinceMs = hasTaken ? null : (this.queueFailingSinceMs ?? nowMs);
  }

  dependency(dependency: Dependency): DependencyState {
    return this.#dependencies.get(dependency) ?? "unknown";
  }
}
