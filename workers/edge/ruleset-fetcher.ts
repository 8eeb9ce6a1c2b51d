import type { PatternCompiler } from "../../src/core/conditions/pattern.ts";
import { compileRuleset } from "../../src/core/evaluation/compile-ruleset.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { adopt } from "../../src/core/freshness/adopt.ts";
import type { FreshnessSettings } from "../../src/core/freshness/freshness.ts";
import type { EdgeHealth } from "./edge-health.ts";
import type { HeldEnvironment, HeldEnvironments } from "./held-environments.ts";
import type { Log } from "./log.ts";
import type { Clock, EdgeIo } from "./ports.ts";
import { checked, type RejectedChanges, takeChanges } from "./take-changes.ts";
import { within } from "./within.ts";

export interface FetcherDeps {
  readonly clock: Clock;
  readonly settings: FreshnessSettings;
  readonly compilePattern: PatternCompiler;
  readonly environments: HeldEnvironments;
  readonly health: EdgeHealth;
  readonly log: Log;
}

/**
 * Brings rulesets into the isolate. What comes late is taken all the same, if it is newer; what
 * cannot be used is counted and logged, and what is held stays.
 */
export class RulesetFetcher {
  readonly #deps: FetcherDeps;

  constructor(deps: FetcherDeps) {
    this.#deps = deps;
  }

  /**
   * Begins to confirm the environment, behind the answer; `undefined` when a confirmation is under
   * way or the last one failed a moment ago. The promise is for the request that began it alone,
   * and never rejects; others look at the environment.
   */
  confirm(environment: HeldEnvironment, io: EdgeIo): Promise<void> | undefined {
    const { clock, settings } = this.#deps;
    const now = clock.now();
    if (isRecent(environment.flightStartedAtMs, now, settings.flightExpiryMs)) return undefined;
    if (isRecent(environment.failedAtMs, now, environment.retryAfterMs)) return undefined;
    environment.flightStartedAtMs = now;
    const flight = this.#fly(environment, io, now);
    io.waitUntil(flight);
    return flight;
  }

  /**
   * Begins to read the boot copy, behind the answer; `undefined` when it is being read already.
   * Like `confirm`, for the request that began it, and never rejecting.
   */
  boot(environment: HeldEnvironment, io: EdgeIo): Promise<void> | undefined {
    const { clock, settings } = this.#deps;
    const now = clock.now();
    if (isRecent(environment.readingStartedAtMs, now, settings.flightExpiryMs)) return undefined;
    environment.readingStartedAtMs = now;
    const reading = this.#readBootCopy(environment, io).then(() => {
      if (environment.readingStartedAtMs === now) environment.readingStartedAtMs = null;
    });
    io.waitUntil(reading);
    return reading;
  }

  /** To be called by whom a confirmation kept waiting too long; it goes on all the same. */
  missedDeadline(environment: HeldEnvironment): void {
    this.#failed(environment, "no answer before the deadline");
  }

  async #fly(environment: HeldEnvironment, io: EdgeIo, sentAtMs: number): Promise<void> {
    const { clock, settings } = this.#deps;
    const asking = this.#ask(environment, io, sentAtMs);
    // A call that never ends must not keep its request, and everyone after it, waiting for ever.
    const ended = await within(asking, settings.flightExpiryMs, clock.startTimer);
    if (!ended) this.#failed(environment, "no answer in time");
    if (environment.flightStartedAtMs === sentAtMs) environment.flightStartedAtMs = null;
  }

  async #ask(environment: HeldEnvironment, io: EdgeIo, sentAtMs: number): Promise<void> {
    const base = environment.ruleset;
    try {
      const used = await this.#take(environment, base, base?.revision ?? null, io, sentAtMs);
      // A step that cannot be made from here is cured by everything from the beginning.
      if (!used && base !== undefined) await this.#take(environment, base, null, io, sentAtMs);
    } catch (error) {
      this.#failed(environment, String(error));
    }
  }

  /** True when the answer could be used. */
  async #take(
    environment: HeldEnvironment,
    base: Ruleset | undefined,
    since: number | null,
    io: EdgeIo,
    sentAtMs: number,
  ): Promise<boolean> {
    const answer = await io.freshness.changesSince(environment.id, since);
    if (answer.kind === "nothing") {
      this.#failed(environment, "the relay has nothing, and does not reach the authority");
      return true;
    }
    this.#deps.health.saw("authority", "up");
    const taken = takeChanges(environment, base, answer.changes, this.#deps.compilePattern);
    if (!taken.ok) this.#useless(environment, taken.error);
    else if (taken.value === "unknown") this.#unknown(environment);
    else if (answer.kind === "unconfirmed") {
      this.#adopt(environment, taken.value);
      this.#failed(environment, "the relay has not reached the authority for too long");
    } else this.#confirmed(environment, taken.value, sentAtMs);
    return taken.ok;
  }

  async #readBootCopy(environment: HeldEnvironment, io: EdgeIo): Promise<void> {
    const { compilePattern, health, log } = this.#deps;
    try {
      const published = await io.snapshots.read(environment.id);
      health.saw("kv", "up");
      // Compiling costs most of all that happens here, and the authority may have been faster.
      if (published === null || published.revision <= (environment.ruleset?.revision ?? -1)) return;
      const compiled = compileRuleset(published.snapshot, { compilePattern });
      const ruleset = checked(environment, undefined, compiled);
      if (ruleset.ok) this.#adopt(environment, ruleset.value);
      else this.#rejected(environment, "kv", ruleset.error);
    } catch (error) {
      health.saw("kv", "down");
      log("warn", "kv.failed", { environmentId: environment.id, error: String(error) });
    }
  }

  /** True when the candidate is what is held now, for it was newer or the same. */
  #adopt(environment: HeldEnvironment, candidate: Ruleset): boolean {
    const before = environment.ruleset;
    const after = adopt(before, candidate);
    if (after !== before) {
      environment.ruleset = after;
      environment.confirmedAtMs = null;
      this.#deps.environments.settle(environment);
    }
    return after.revision === candidate.revision;
  }

  #confirmed(environment: HeldEnvironment, ruleset: Ruleset, sentAtMs: number): void {
    environment.failedAtMs = null;
    if (!this.#adopt(environment, ruleset)) return;
    const before = environment.confirmedAtMs;
    const isLater = before !== null && before > sentAtMs && before <= this.#deps.clock.now();
    if (!isLater) environment.confirmedAtMs = sentAtMs;
  }

  #unknown(environment: HeldEnvironment): void {
    const { clock, settings } = this.#deps;
    environment.unknownUntilMs = clock.now() + settings.unknownForMs;
  }

  /** The authority's answer could not be used, and the next one hardly will be. */
  #useless(environment: HeldEnvironment, problem: RejectedChanges): void {
    const { clock, settings } = this.#deps;
    environment.failedAtMs = clock.now();
    environment.retryAfterMs = settings.retryRejectedAfterMs;
    this.#rejected(environment, "authority", problem);
  }

  /** A bad boot copy says nothing about the authority, which is asked as before. */
  #rejected(
    environment: HeldEnvironment,
    source: "authority" | "kv",
    problem: RejectedChanges,
  ): void {
    const { health, log } = this.#deps;
    health.rejected += 1;
    log("error", "ruleset.rejected", { environmentId: environment.id, source, problem });
  }

  #failed(environment: HeldEnvironment, error: string): void {
    const { clock, health, log, settings } = this.#deps;
    health.saw("authority", "down");
    environment.failedAtMs = clock.now();
    environment.retryAfterMs = settings.retryAfterMs;
    log("warn", "authority.failed", { environmentId: environment.id, error });
  }
}

function isRecent(atMs: number | null, nowMs: number, forMs: number): boolean {
  if (atMs === null) return false;
  const age = nowMs - atMs;
  // A clock that was set back must not make a moment recent for ever.
  return age >= 0 && age < forMs;
}
