import type { EnvironmentId } from "../../src/core/brand.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import {
  decideFreshness,
  type FreshnessSettings,
  isStale,
} from "../../src/core/freshness/freshness.ts";
import { assertNever } from "../../src/core/result.ts";
import type { HeldEnvironment } from "./held-environments.ts";
import type { EdgeIo } from "./ports.ts";
import { type FetcherDeps, RulesetFetcher } from "./ruleset-fetcher.ts";
import { within } from "./within.ts";

/** What there is to evaluate with. */
export type RulesetAnswer =
  | ReadyRuleset
  /** There is no such environment. */
  | { readonly kind: "unknown" }
  /** Nothing is held and nobody has answered. */
  | { readonly kind: "unavailable" };

export interface ReadyRuleset {
  readonly kind: "ready";
  readonly ruleset: Ruleset;
  /**
   * Milliseconds since the ruleset was known to be the newest, when that is too long ago or was
   * never said; `null`: it is fresh.
   */
  readonly staleMs: number | null;
}

/** How long those who wait for another request's work sleep before they look again. */
const POLL_MS = 10;

/** An outage makes every answer stale; a line for each would be a second one. */
const STALE_TOLD_EVERY_MS = 10_000;

/**
 * The rulesets of this isolate and how fresh they are. Young ones are served without asking anyone,
 * older ones are confirmed behind the answer or before it, and when nobody confirms, the last
 * known good one is served and marked. Only data is shared between requests.
 */
export class RulesetCache {
  readonly #deps: FetcherDeps;
  readonly #fetcher: RulesetFetcher;

  constructor(deps: FetcherDeps) {
    this.#deps = deps;
    this.#fetcher = new RulesetFetcher(deps);
  }

  /**
   * The environment's ruleset.
   *
   * @param confirmedSinceMs asks for one that was known to be the newest at that moment or later;
   *   without it, the age decides.
   */
  async get(id: EnvironmentId, io: EdgeIo, confirmedSinceMs?: number): Promise<RulesetAnswer> {
    const { clock, environments } = this.#deps;
    const environment = environments.get(id);
    const now = clock.now();
    if (environment.ruleset === undefined) {
      if (now < environment.unknownUntilMs) return { kind: "unknown" };
      await this.#boot(environment, io);
    } else if (confirmedSinceMs !== undefined) {
      await this.#confirmFirst(environment, io, confirmedSinceMs);
    } else if (!this.#mayServe(environment, io, now)) {
      await this.#confirmFirst(environment, io, now - this.#settingsOf(environment).graceMs + 1);
    }
    return this.#answer(environment, clock.now());
  }

  /** What `get` would answer, if nobody has to wait for it: nearly always, and without a promise. */
  getNow(id: EnvironmentId, io: EdgeIo, now: number): ReadyRuleset | undefined {
    const environment = this.#deps.environments.get(id);
    const { ruleset } = environment;
    if (ruleset === undefined || !this.#mayServe(environment, io, now)) return undefined;
    return this.#ready(environment, ruleset, now);
  }

  /**
   * The environment's ruleset for a key that is not in the one at hand, and may have been issued
   * since: confirmed after this request came. Keys are cheap to make up, so they are asked for in
   * turns, `newKeyEveryMs` apart; who comes in between waits for the next turn.
   */
  async getForNewKey(id: EnvironmentId, io: EdgeIo): Promise<RulesetAnswer> {
    const { clock, environments } = this.#deps;
    const environment = environments.get(id);
    const cameAtMs = clock.now();
    const { newKeyEveryMs } = this.#settingsOf(environment);
    for (let waited = 0; waited < newKeyEveryMs; waited += POLL_MS) {
      if (this.#isConfirmedSince(environment, cameAtMs)) {
        return this.#answer(environment, clock.now());
      }
      const sinceLast = clock.now() - (environment.newKeyAskedAtMs ?? Number.NEGATIVE_INFINITY);
      if (sinceLast < 0 || sinceLast >= newKeyEveryMs) break;
      await clock.startTimer(POLL_MS).done;
    }
    environment.newKeyAskedAtMs = clock.now();
    return this.get(id, io, cameAtMs);
  }

  /** Whether it may be served as it is; what is no longer young is confirmed behind that. */
  #mayServe(environment: HeldEnvironment, io: EdgeIo, now: number): boolean {
    const decision = decideFreshness(ageOf(environment, now), this.#settingsOf(environment));
    switch (decision) {
      case "serve":
        return true;
      case "confirm-first":
        if (!this.#isImpatient(environment, now)) return false;
        break;
      case "serve-and-confirm":
        break;
      default:
        assertNever(decision);
    }
    // Its promise is `waitUntil`'s and cannot reject.
    void this.#fetcher.confirm(environment, io);
    return true;
  }

  /** While the source is failing, one request in a while asks it and nobody waits for that. */
  #isImpatient(environment: HeldEnvironment, now: number): boolean {
    const { failedAtMs } = environment;
    if (failedAtMs === null || now < failedAtMs) return false;
    return now - failedAtMs < this.#settingsOf(environment).impatientForMs;
  }

  async #confirmFirst(environment: HeldEnvironment, io: EdgeIo, sinceMs: number): Promise<void> {
    const { clock } = this.#deps;
    const deadline = this.#settingsOf(environment).confirmDeadlineMs;
    for (let waited = 0; waited < deadline; waited += POLL_MS) {
      if (this.#isConfirmedSince(environment, sinceMs)) return;
      const flight = this.#fetcher.confirm(environment, io);
      if (flight !== undefined) {
        const ended = await within(flight, deadline - waited, clock.startTimer);
        if (!ended) this.#fetcher.missedDeadline(environment);
        return;
      }
      if (environment.flightStartedAtMs === null) return;
      await clock.startTimer(POLL_MS).done;
    }
  }

  #isConfirmedSince({ confirmedAtMs }: HeldEnvironment, sinceMs: number): boolean {
    if (confirmedAtMs === null || confirmedAtMs < sinceMs) return false;
    // A moment in the future is from before the clock was set back, and proves nothing.
    return confirmedAtMs <= this.#deps.clock.now();
  }

  async #boot(environment: HeldEnvironment, io: EdgeIo): Promise<void> {
    const { clock, health } = this.#deps;
    const { confirmDeadlineMs, coldDeadlineMs } = this.#settingsOf(environment);
    const flight = this.#fetcher.confirm(environment, io);
    const reading = this.#fetcher.boot(environment, io);
    if (flight === undefined && reading === undefined) return this.#bootWithAnother(environment);
    health.cold += 1;
    if (flight !== undefined && !(await within(flight, confirmDeadlineMs, clock.startTimer))) {
      this.#fetcher.missedDeadline(environment);
    }
    if (environment.ruleset !== undefined) return;
    // Whatever comes first now, for there is nothing else to give.
    const works = [reading, flight].filter((work) => work !== undefined);
    const firstUseful = Promise.race([
      Promise.all(works),
      ...works.map((work) => whenTrue(work, () => environment.ruleset !== undefined)),
    ]);
    await within(firstUseful, coldDeadlineMs - confirmDeadlineMs, clock.startTimer);
  }

  /** Another request fetches the environment already: looks at what it has brought. */
  async #bootWithAnother(environment: HeldEnvironment): Promise<void> {
    const { clock } = this.#deps;
    const { confirmDeadlineMs, coldDeadlineMs } = this.#settingsOf(environment);
    for (let waited = 0; waited < coldDeadlineMs; waited += POLL_MS) {
      const { confirmedAtMs, flightStartedAtMs, readingStartedAtMs, ruleset } = environment;
      if (flightStartedAtMs === null && readingStartedAtMs === null) return;
      if (confirmedAtMs !== null) return;
      if (ruleset !== undefined && waited >= confirmDeadlineMs) return;
      await clock.startTimer(POLL_MS).done;
    }
  }

  #settingsOf({ freshness }: HeldEnvironment): FreshnessSettings {
    return freshness ?? this.#deps.settings;
  }

  #answer(environment: HeldEnvironment, now: number): RulesetAnswer {
    const { health } = this.#deps;
    const { ruleset } = environment;
    if (ruleset === undefined) {
      if (now < environment.unknownUntilMs) return { kind: "unknown" };
      health.unavailable += 1;
      return { kind: "unavailable" };
    }
    return this.#ready(environment, ruleset, now);
  }

  #ready(environment: HeldEnvironment, ruleset: Ruleset, now: number): ReadyRuleset {
    const age = ageOf(environment, now);
    if (!isStale(age, this.#settingsOf(environment)))
      return { kind: "ready", ruleset, staleMs: null };
    this.#deps.health.stale += 1;
    // What nobody confirmed was the newest at least when it was accepted.
    const staleMs = Math.max(1, age ?? now - ruleset.acceptedAtMs);
    this.#tellStale(environment, ruleset, staleMs, now);
    return { kind: "ready", ruleset, staleMs };
  }

  /** Counts an answer, and tells the log now and then how many there were. */
  #tellStale(environment: HeldEnvironment, ruleset: Ruleset, staleMs: number, now: number): void {
    environment.staleUntold += 1;
    // A clock that was set back must not silence it.
    if (Math.abs(now - environment.staleToldAtMs) < STALE_TOLD_EVERY_MS) return;
    this.#deps.log("warn", "answers.stale", {
      environmentId: environment.id,
      revision: ruleset.revision,
      staleMs,
      answers: environment.staleUntold,
    });
    environment.staleToldAtMs = now;
    environment.staleUntold = 0;
  }
}

function ageOf({ confirmedAtMs }: HeldEnvironment, now: number): number | null {
  return confirmedAtMs === null ? null : now - confirmedAtMs;
}

/** Done with the work if the condition holds then; otherwise never. */
function whenTrue(work: Promise<void>, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    void work.then(() => {
      if (condition()) resolve();
    });
  });
}
