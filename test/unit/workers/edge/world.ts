import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import type { ChangesSince } from "../../../../src/core/authority/authority-api.ts";
import { environmentId, type EnvironmentId } from "../../../../src/core/brand.ts";
import type { Delta, Snapshot } from "../../../../src/core/documents/snapshot.ts";
import type { VerifySignature } from "../../../../src/core/signing/signature.ts";
import type { RelayAnswer } from "../../../../src/core/propagation/messages.ts";
import { claimOf, stateAfter } from "../../../../src/core/signing/sealed-state.ts";
import { FRESHNESS } from "../../../../src/core/freshness/freshness.ts";
import { EdgeHealth } from "../../../../workers/edge/edge-health.ts";
import {
  HeldEnvironments,
  type HoldingLimits,
} from "../../../../workers/edge/held-environments.ts";
import type { Clock, EdgeIo } from "../../../../workers/edge/ports.ts";
import { RulesetCache } from "../../../../workers/edge/ruleset-cache.ts";
import { flag } from "../../core/evaluation/build.ts";
import { fakeSeal, isFakeRightLater } from "../../core/signing/fake-signatures.ts";

export const ID = environmentId("a1b2c3d4");
const NOON = 1_767_268_800_000;

/** Lets everything run that waits for nothing but its turn. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Pending {
  readonly atMs: number;
  readonly ring: () => void;
}

/** A clock that stands until it is moved; its timers ring when it passes them. */
export class TestClock implements Clock {
  #now = NOON;
  #timers: Pending[] = [];
  /** Timers that are started from now on never ring, as if their requests were over. */
  losesTimers = false;

  now = () => this.#now;

  startTimer = (ms: number) => {
    const atMs = this.#now + ms;
    let timer: Pending | undefined;
    const done = new Promise<void>((ring) => {
      timer = { atMs, ring };
      if (!this.losesTimers) this.#timers.push(timer);
    });
    return {
      done,
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  };

  /** Moves on in steps of a millisecond, as everything that rings is heard in its own moment. */
  async advance(ms: number): Promise<void> {
    await settle();
    for (let step = 0; step < ms; step += 1) {
      this.#now += 1;
      const due = this.#timers.filter(({ atMs }) => atMs <= this.#now);
      if (due.length === 0) continue;
      this.#timers = this.#timers.filter((timer) => !due.includes(timer));
      for (const { ring } of due) ring();
      await settle();
    }
  }

  /** Moves on in one step, and loses all timers on the way. */
  jump(ms: number): void {
    this.#now += ms;
    this.#timers = [];
  }

  setBack(ms: number): void {
    this.#now -= ms;
  }
}

export type Mode =
  | "ok"
  | "error"
  | "hang"
  | { readonly slowMs: number }
  | { readonly says: unknown };

export interface Answer {
  readonly kind: "ready" | "unknown" | "unavailable";
  readonly revision?: number;
  readonly staleMs?: number | null;
  readonly tookMs: number;
}

/** One environment whose truth is a number: its revision, and the version of its only flag. */
export class World {
  readonly clock = new TestClock();
  readonly health = new EdgeHealth();
  readonly environments: HeldEnvironments;
  readonly cache: RulesetCache;
  readonly log: { readonly event: string; readonly fields: unknown }[] = [];
  readonly asked: (number | null)[] = [];
  /** The relay, which answers for the authority. */
  authority: Mode = "ok";
  isInTouch = true;
  hasNothing = false;
  kv: Mode = "ok";
  revision = 1;
  /** `null`: nothing was published. */
  kvRevision: number | null = 1;
  kvReads = 0;
  verify: VerifySignature = isFakeRightLater;

  constructor(limits?: HoldingLimits) {
    this.environments = new HeldEnvironments(limits);
    this.cache = new RulesetCache({
      clock: this.clock,
      settings: FRESHNESS,
      compilePattern: compileRe2,
      verify: (check) => this.verify(check),
      environments: this.environments,
      health: this.health,
      log: (_level, event, fields) => this.log.push({ event, fields }),
    });
  }

  io(): EdgeIo {
    return {
      waitUntil: () => {},
      events: { send: () => Promise.resolve({ kind: "accepted" }) },
      freshness: {
        changesSince: (id, since) => {
          this.asked.push(since);
          if (this.hasNothing) return Promise.resolve({ kind: "nothing" });
          const kind = this.isInTouch ? "confirmed" : "unconfirmed";
          const relayed = (changes: ChangesSince): RelayAnswer => ({ kind, changes });
          return this.#by(this.authority, () => this.#changes(id, since), relayed);
        },
      },
      snapshots: {
        read: (id) => {
          this.kvReads += 1;
          const { kvRevision: revision } = this;
          return this.#by(
            this.kv,
            () => (revision === null ? null : { revision, ...sealedAt(id, revision) }),
            (found) => found,
          );
        },
      },
    };
  }

  async get(id: EnvironmentId = ID, confirmedSinceMs?: number) {
    const [answer] = await this.getMany(1, id, confirmedSinceMs);
    if (answer === undefined) throw new Error("no answer");
    return answer;
  }

  /** The answers to requests of one moment; the clock goes on until the last has come. */
  async getMany(requests: number, id: EnvironmentId = ID, confirmedSinceMs?: number) {
    const began = this.clock.now();
    const answers: Answer[] = [];
    for (let request = 0; request < requests; request += 1) {
      void this.cache.get(id, this.io(), confirmedSinceMs).then((answer) => {
        const tookMs = this.clock.now() - began;
        if (answer.kind !== "ready") return answers.push({ kind: answer.kind, tookMs });
        const { ruleset, staleMs } = answer;
        return answers.push({ kind: "ready", revision: ruleset.revision, staleMs, tookMs });
      });
    }
    await settle();
    while (answers.length < requests) await this.clock.advance(1);
    return answers;
  }

  /** `wrapped`: in the same turn, so that it takes no longer than without. */
  async #by<T, U>(mode: Mode, answer: () => T, wrapped: (answer: T) => U): Promise<U> {
    if (mode === "ok") return wrapped(answer());
    if (mode === "error") throw new Error("Network connection lost.");
    if (mode === "hang") return new Promise<never>(() => {});
    if ("says" in mode) return wrapped(mode.says as T);
    // What is answered is what was true when the question arrived.
    const truth = wrapped(answer());
    await this.clock.startTimer(mode.slowMs).done;
    return truth;
  }

  #changes(id: EnvironmentId, since: number | null): ChangesSince {
    if (since === this.revision) return { kind: "current", revision: since };
    if (since !== null && since < this.revision) {
      const { seal } = sealedAt(id, this.revision);
      return { kind: "delta", delta: deltaTo(id, since, this.revision), seal };
    }
    return { kind: "snapshot", ...sealedAt(id, this.revision) };
  }
}

export function snapshotAt(id: EnvironmentId, revision: number, flags = 1): Snapshot {
  return {
    format: "switchyard.snapshot/1",
    environmentId: id,
    revision,
    acceptedAtMs: NOON - 60_000 + revision,
    salt: "env-salt",
    flags: Array.from({ length: flags }, (_, index) => ({
      version: revision,
      document: flag({ key: `flag-${index}` }),
    })),
    segments: [],
    experiments: [],
    holdouts: [],
    keys: [],
  };
}

/** A snapshot as its authority would let it go. */
export function sealed<T extends object>(snapshot: T) {
  const state = stateAfter(null, { kind: "snapshot", snapshot });
  if (state === null) throw new Error("an authority has no such state");
  return { snapshot, seal: fakeSeal(claimOf(state)) };
}

export function sealedAt(id: EnvironmentId, revision: number, flags = 1) {
  return sealed(snapshotAt(id, revision, flags));
}

export function deltaTo(id: EnvironmentId, since: number, revision: number): Delta {
  return {
    format: "switchyard.delta/1",
    environmentId: id,
    since,
    revision,
    acceptedAtMs: NOON - 60_000 + revision,
    changes: [
      {
        kind: "flag",
        key: "flag-0",
        state: { version: revision, document: flag({ key: "flag-0" }) },
      },
    ],
  };
}
