/** How changes travel from an authority to its relays. All in milliseconds, but for `branches`. */
export interface PropagationSettings {
  /** How many relays the authority, and each relay, calls at the same time. */
  readonly branches: number;
  /** How long the authority waits for a relay and those that it passes the change on to. */
  readonly callDeadlineMs: number;
  /** How long a relay waits for one that it passes the change on to. */
  readonly forwardDeadlineMs: number;
  /** The wait after the first failure, doubled with each further one up to the longest. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** A relay that has acknowledged nothing for so long is no longer called. */
  readonly goneAfterMs: number;
  /** A relay in use asks the authority this often whether it has missed anything. */
  readonly contactEveryMs: number;
  /** The same while it knows of a revision in use that the authority does not. */
  readonly newsEveryMs: number;
  /** A relay that has had no answer for so long no longer confirms what it holds. */
  readonly outOfTouchAfterMs: number;
  /** How long a reader's question waits for the authority's answer to the relay. */
  readonly contactDeadlineMs: number;
  /** The same for a reader that has nothing to evaluate with. */
  readonly firstContactDeadlineMs: number;
  /** After a failure to reach the authority it is tried again no sooner. */
  readonly contactRetryMs: number;
  /** How long a change is tried on canaries at most, before all get it. */
  readonly stageMs: number;
  /** How long one canary has to try it, before another one is asked. */
  readonly canaryDeadlineMs: number;
}

export const PROPAGATION: PropagationSettings = {
  branches: 6,
  callDeadlineMs: 1_500,
  forwardDeadlineMs: 1_000,
  firstRetryMs: 250,
  longestRetryMs: 30_000,
  goneAfterMs: 86_400_000,
  contactEveryMs: 15_000,
  newsEveryMs: 1_000,
  outOfTouchAfterMs: 30_000,
  contactDeadlineMs: 200,
  firstContactDeadlineMs: 900,
  contactRetryMs: 2_000,
  stageMs: 10_000,
  canaryDeadlineMs: 3_000,
};
