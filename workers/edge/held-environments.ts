import type { EnvironmentId } from "../../src/core/brand.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { FreshnessSettings } from "../../src/core/freshness/freshness.ts";
import type { TrustedKeys } from "../../src/core/signing/check-seal.ts";
import type { SealedRuleset } from "./sealed-ruleset.ts";

/** What an isolate knows of one environment. Data only: it is shared between requests. */
export interface HeldEnvironment {
  readonly id: EnvironmentId;
  ruleset: Ruleset | undefined;
  /** `ruleset`, and what is needed to check what follows it. */
  held: SealedRuleset | undefined;
  /** Whose seals are believed. Empty: no relay has answered yet. */
  trusted: TrustedKeys;
  /** What `ruleset` says of freshness; `undefined`: there is none yet. */
  freshness: FreshnessSettings | undefined;
  /**
   * The last moment at which `ruleset` is known to have been the newest: when the question was
   * sent, not when its answer came. `null`: nobody has said so yet.
   */
  confirmedAtMs: number | null;
  /** When the confirmation that is under way was begun; `null`: none is. */
  flightStartedAtMs: number | null;
  /** When the boot copy that is being read was asked for; `null`: none is. */
  readingStartedAtMs: number | null;
  /** When the last confirmation failed; `null`: it did not. */
  failedAtMs: number | null;
  /** How long after that the next one may begin. */
  retryAfterMs: number;
  /** When it was last confirmed for the sake of a key that is not in its table. */
  newKeyAskedAtMs: number | null;
  /** Until then it counts as unknown without asking anyone. */
  unknownUntilMs: number;
  /** When the log was told last that its answers are stale, and how many have been since. */
  staleToldAtMs: number;
  staleUntold: number;
}

export interface HoldingLimits {
  readonly environments: number;
  /** Flags in all held environments together. */
  readonly flags: number;
  /** Environments that nothing is held of: being fetched, or unknown. */
  readonly pending: number;
}

/** A compiled flag of the largest samples takes some kilobytes; an isolate has 128 MB. */
const HOLDING_LIMITS: HoldingLimits = { environments: 200, flags: 20_000, pending: 2_000 };

/**
 * The environments of one isolate, the least recently used first to go. Those of which nothing is
 * held have a table of their own: keys of made-up environments push out no real one.
 */
export class HeldEnvironments {
  readonly #limits: HoldingLimits;
  readonly #held = new Map<EnvironmentId, HeldEnvironment>();
  readonly #pending = new Map<EnvironmentId, HeldEnvironment>();
  /** The one asked for last is in its place already, and nearly always the next as well. */
  #latest: HeldEnvironment | undefined;

  constructor(limits: HoldingLimits = HOLDING_LIMITS) {
    this.#limits = limits;
  }

  get(id: EnvironmentId): HeldEnvironment {
    if (this.#latest?.id === id) return this.#latest;
    const held = this.#held.get(id);
    if (held !== undefined) {
      this.#held.delete(id);
      this.#held.set(id, held);
      this.#latest = held;
      return held;
    }
    const pending = this.#pending.get(id) ?? emptyEnvironment(id);
    this.#pending.set(id, pending);
    dropOldest(this.#pending, this.#limits.pending);
    return pending;
  }

  /**
   * To be called when an environment has a new ruleset. Never drops that environment itself. One
   * that was dropped while its ruleset was fetched does not push out its successor.
   */
  settle(environment: HeldEnvironment): void {
    if ((this.#held.get(environment.id) ?? environment) !== environment) return;
    this.#latest = undefined;
    this.#pending.delete(environment.id);
    this.#held.delete(environment.id);
    this.#held.set(environment.id, environment);
    dropOldest(this.#held, this.#limits.environments);
    let flags = this.flagCount();
    for (const [id, oldest] of this.#held) {
      if (flags <= this.#limits.flags || oldest === environment) break;
      flags -= oldest.ruleset?.flags.size ?? 0;
      this.#held.delete(id);
    }
  }

  environmentCount(): number {
    return this.#held.size;
  }

  flagCount(): number {
    let flags = 0;
    for (const { ruleset } of this.#held.values()) flags += ruleset?.flags.size ?? 0;
    return flags;
  }
}

function dropOldest(environments: Map<EnvironmentId, HeldEnvironment>, limit: number): void {
  const [oldest] = environments.keys();
  if (environments.size > limit && oldest !== undefined) environments.delete(oldest);
}

function emptyEnvironment(id: EnvironmentId): HeldEnvironment {
  return {
    id,
    ruleset: undefined,
    held: undefined,
    trusted: [],
    freshness: undefined,
    confirmedAtMs: null,
    flightStartedAtMs: null,
    readingStartedAtMs: null,
    failedAtMs: null,
    retryAfterMs: 0,
    newKeyAskedAtMs: null,
    unknownUntilMs: 0,
    staleToldAtMs: 0,
    staleUntold: 0,
  };
}
