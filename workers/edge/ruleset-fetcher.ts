import { adopt } from "../../src/core/freshness/adopt.ts";
import { type FreshnessSettings, freshnessOf } from "../../src/core/freshness/freshness.ts";
import { signingKeyId } from "../../src/core/signing/key-id.ts";
import type { EdgeHealth } from "./edge-health.ts";
import type { HeldEnvironment, HeldEnvironments } from "./held-environments.ts";
import type { Log } from "./log.ts";
import type { Clock, EdgeIo } from "./ports.ts";
import { baseOf, type SealedRuleset, vouchesFor } from "./sealed-ruleset.ts";
import { type RejectedChanges, takeChanges, takeSealed, type TakingDeps } from "./take-changes.ts";
import { within } from "./within.ts";

export interface FetcherDeps extends TakingDeps {
  readonly clock: Clock;
  readonly settings: FreshnessSettings;
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
    const { clock } = this.#deps;
    const now = clock.now();
    const { flightExpiryMs } = this.#settingsOf(environment);
    if (isRecent(environment.flightStartedAtMs, now, flightExpiryMs)) return undefined;
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
    const { clock } = this.#deps;
    const { flightExpiryMs } = this.#settingsOf(environment);
    const asking = this.#ask(environment, io, sentAtMs);
    // A call that never ends must not keep its request, and everyone after it, waiting for ever.
    const ended = await within(asking, flightExpiryMs, clock.startTimer);
    if (!ended) this.#failed(environment, "no answer in time");
    if (environment.flightStartedAtMs === sentAtMs) environment.flightStartedAtMs = null;
  }

  async #ask(environment: HeldEnvironment, io: EdgeIo, sentAtMs: number): Promise<void> {
    const { held } = environment;
    const since = baseOf(environment, held)?.ruleset.revision ?? null;
    try {
      const used = await this.#take(environment, held, since, io, sentAtMs);
      // A step that cannot be made from here is cured by everything from the beginning.
      if (!used && since !== null) await this.#take(environment, held, null, io, sentAtMs);
    } catch (error) {
      this.#failed(environment, String(error));
    }
  }

  /** True when the answer could be used. */
  async #take(
    environment: HeldEnvironment,
    held: SealedRuleset | undefined,
    since: number | null,
    io: EdgeIo,
    sentAtMs: number,
  ): Promise<boolean> {
    const relayShards = environment.ruleset?.delivery?.relayShards;
    const answer = await io.freshness.changesSince(environment.id, since, relayShards);
    if (answer.kind === "nothing") {
      this.#failed(environment, "the relay has nothing, and does not reach the authority");
      return true;
    }
    this.#deps.health.saw("authority", "up");
    const taken = await takeChanges(environment, held, answer.changes, this.#deps);
    if (!taken.ok) this.#useless(environment, taken.error);
    else if (taken.value === "unknown") this.#unknown(environment);
    else if (answer.kind === "unconfirmed") {
      this.#adopt(environment, taken.value, "relay");
      this.#failed(environment, "the relay has not reached the authority for too long");
    } else this.#confirmed(environment, taken.value, sentAtMs);
    return taken.ok;
  }

  async #readBootCopy(environment: HeldEnvironment, io: EdgeIo): Promise<void> {
    const { health, log } = this.#deps;
    try {
      const published = await io.snapshots.read(environment.id);
      health.saw("kv", "up");
      // What follows costs most of all that happens here, and the authority may have been faster.
      if (published === null || published.revision <= (environment.ruleset?.revision ?? -1)) return;
      const received = { kind: "snapshot", ...published } as const;
      const taken = await takeSealed(environment, undefined, received, this.#deps);
      if (taken.ok) this.#adopt(environment, taken.value, "kv");
      else this.#rejected(environment, "kv", taken.error);
    } catch (error) {
      health.saw("kv", "down");
      log("warn", "kv.failed", { environmentId: environment.id, error: String(error) });
    }
  }

  /** True when the candidate is what is held now, for it was newer or the same. */
  #adopt(environment: HeldEnvironment, candidate: SealedRuleset, source: "relay" | "kv"): boolean {
    // A first contact or a rotation has come while this was checked.
    if (candidate.under !== environment.trusted) return false;
    if (source === "relay") this.#trust(environment, candidate);
    const before = environment.ruleset;
    const after = adopt(before, candidate.ruleset);
    if (after !== before) {
      environment.ruleset = after;
      environment.held = candidate;
      environment.freshness = freshnessOf(this.#deps.settings, after.delivery);
      environment.confirmedAtMs = null;
      this.#deps.environments.settle(environment);
    }
    return after.revision === candidate.ruleset.revision;
  }

  /** Only newer states move trust, so that none that is replayed moves it back. */
  #trust(environment: HeldEnvironment, candidate: SealedRuleset): void {
    const { held, trusted } = environment;
    const [key] = candidate.trusted;
    const isFirst = trusted.length === 0;
    if (isFirst && held !== undefined && !vouchesFor(candidate, held)) {
      this.#throwAway(environment, held, candidate);
    }
    const isNewer = candidate.ruleset.revision > (held?.ruleset.revision ?? -1);
    if (isFirst || (isNewer && key !== undefined && !trusted.includes(key))) {
      environment.trusted = candidate.trusted;
    }
  }

  /** The boot copy is whole, but of somebody else, or of a key that is not believed any more. */
  #throwAway(environment: HeldEnvironment, held: SealedRuleset, candidate: SealedRuleset): void {
    environment.ruleset = undefined;
    environment.held = undefined;
    // A copy from before a rotation is late and not wrong, if it was the newest then.
    const isNoLater = held.ruleset.revision <= candidate.ruleset.revision;
    if (isNoLater && vouchesFor(held, candidate)) return;
    const keyId = signingKeyId(held.trusted[0] ?? "");
    const seal = { kind: "untrusted-key", keyId } as const;
    this.#rejected(environment, "kv", { kind: "not-authentic", seal });
  }

  #confirmed(environment: HeldEnvironment, taken: SealedRuleset, sentAtMs: number): void {
    environment.failedAtMs = null;
    if (!this.#adopt(environment, taken, "relay")) return;
    const before = environment.confirmedAtMs;
    const isLater = before !== null && before > sentAtMs && before <= this.#deps.clock.now();
    if (!isLater) environment.confirmedAtMs = sentAtMs;
  }

  #settingsOf({ freshness }: HeldEnvironment): FreshnessSettings {
    return freshness ?? this.#deps.settings;
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
