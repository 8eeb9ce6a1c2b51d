import type { AuthorityStore } from "./authority-store.ts";
import { GENESIS_HASH } from "./chain.ts";
import { type EnvironmentState, stateOf } from "./state.ts";

type History = Pick<AuthorityStore, "versionsAt" | "acceptedAtMs">;

/** The environment as it was at a revision. SDK keys are as they were then. */
export function stateAt(
  present: EnvironmentState,
  store: History,
  revision: number,
): EnvironmentState {
  const head = { revision, atMs: store.acceptedAtMs(revision) ?? 0, hash: GENESIS_HASH };
  return stateOf({ settings: present.settings, head }, store.versionsAt(revision));
}

/** Former states that are asked for again and again, so that they need not be read each time. */
export class PastStates {
  readonly #store: History;
  /** The one before the newest: it may be the next to be kept. */
  #former: EnvironmentState | null = null;
  #kept: ReadonlyMap<number, EnvironmentState> = new Map();

  constructor(store: History) {
    this.#store = store;
  }

  /** To be called when another state takes a state's place. */
  follows(former: EnvironmentState | null): void {
    this.#former = former;
  }

  /** Which revisions to keep at hand from now on. */
  keep(present: EnvironmentState, revisions: readonly number[]): void {
    this.#kept = new Map(
      revisions.flatMap((revision) => {
        const state = this.#atHand(present, revision);
        return state === undefined ? [] : [[revision, state] as const];
      }),
    );
  }

  at(present: EnvironmentState, revision: number): EnvironmentState {
    const known = this.#atHand(present, revision);
    if (known !== undefined) return known;
    const read = stateAt(present, this.#store, revision);
    this.#kept = new Map([...this.#kept, [revision, read]]);
    return read;
  }

  #atHand(present: EnvironmentState, revision: number): EnvironmentState | undefined {
    if (present.head.revision === revision) return present;
    return this.#former?.head.revision === revision ? this.#former : this.#kept.get(revision);
  }
}
