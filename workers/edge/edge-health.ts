export type DependencyState = "unknown" | "up" | "down";
export type Dependency = "authority" | "kv";

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
  readonly #dependencies = new Map<Dependency, DependencyState>();

  /** Notes how the last attempt to use a dependency ended. */
  saw(dependency: Dependency, state: "up" | "down"): void {
    this.#dependencies.set(dependency, state);
  }

  dependency(dependency: Dependency): DependencyState {
    return this.#dependencies.get(dependency) ?? "unknown";
  }
}
