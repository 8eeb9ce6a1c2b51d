import type { DocumentVersion } from "../../../../../src/core/authority/document-version.ts";
import { changesSince } from "../../../../../src/core/authority/delta.ts";
import { PastStates } from "../../../../../src/core/authority/past-states.ts";
import { StateClaims } from "../../../../../src/core/authority/state-claims.ts";
import {
  type EnvironmentState,
  stateOf,
  withVersions,
} from "../../../../../src/core/authority/state.ts";
import type { FlagDocument } from "../../../../../src/core/documents/flag.ts";
import { FanOut, type RelayCall } from "../../../../../src/core/propagation/fan-out.ts";
import type { RelayReport } from "../../../../../src/core/propagation/messages.ts";
import { propagationOf } from "../../../../../src/core/propagation/propagation.ts";
import { relayKey } from "../../../../../src/core/propagation/relay-address.ts";
import { PROPAGATION } from "../../../../../src/core/propagation/settings.ts";
import { fakelySealed } from "../../signing/fake-signatures.ts";
import { ID } from "../messages.ts";
import { FanOutMemory, StageMemory } from "../stores-in-memory.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Network } from "./network.ts";
import type { AuthorityPeer, RelayPeer } from "./peers.ts";

/** What becomes of a flag. */
export type Fate = "kept" | "archived" | "poisoned";
export const POISON = "poison";

function fateOf(version: DocumentVersion | undefined): Fate {
  if (version === undefined || version.archivedAtMs !== null) return "archived";
  const isPoisoned = version.kind === "flag" && version.document.description === POISON;
  return isPoisoned ? "poisoned" : "kept";
}

const SETTINGS = { environmentId: ID, projectId: "p1", salt: "env-salt" };
/** The alarm's granularity: calls under way end by themselves sooner than it could look. */
const LEAST_WAIT_MS = 10;

export interface AuthorityDeps {
  readonly events: EventQueue;
  readonly network: Network;
  readonly random: () => number;
  readonly skewMs: number;
  readonly isStaged: boolean;
  /** Called after anything that may have changed what receipts say. */
  readonly watch: () => void;
}

/** The authority's part of the environment object, on simulated time. */
export class AuthorityNode implements AuthorityPeer {
  readonly name = "authority";
  incarnation = 0;
  readonly store = new FanOutMemory();
  readonly stages = new StageMemory();
  readonly #versions: DocumentVersion[] = [];
  /** By key, so that calls find their relay. */
  readonly relays = new Map<string, RelayPeer>();
  state: EnvironmentState;
  /** By revision, on the authority's clock. */
  readonly acceptedAtMs: number[] = [];
  readonly #deps: AuthorityDeps;
  readonly #claims = new StateClaims();
  #past: PastStates;
  #fanOut: FanOut;
  #alarmAtMs = Infinity;

  constructor(deps: AuthorityDeps) {
    this.#deps = deps;
    const head = { revision: 1, atMs: this.clock(deps.events.nowMs), hash: "" };
    this.acceptedAtMs[1] = head.atMs;
    this.state = stateOf({ settings: SETTINGS, head }, []);
    this.#past = this.#newPast();
    this.#fanOut = this.#newFanOut();
  }

  /** What everybody may have. */
  get released(): number {
    return this.#fanOut.released;
  }

  get revision(): number {
    return this.state.head.revision;
  }

  clock(trueMs: number): number {
    return trueMs + this.#deps.skewMs;
  }

  /** Commits a change of some flags, of which relays that try them refuse those that are poisoned. */
  accept(changes: ReadonlyMap<string, Fate>, isUrgent: boolean): void {
    this.#commit(changes);
    const nowMs = this.clock(this.#deps.events.nowMs);
    this.#fanOut.accepted(isUrgent ? "at-once" : "staged", nowMs);
    this.#send(isUrgent);
  }

  #commit(changes: ReadonlyMap<string, Fate>): void {
    const revision = this.revision + 1;
    const atMs = this.clock(this.#deps.events.nowMs);
    const versions = Array.from(changes, ([key, fate]): DocumentVersion => {
      const before = this.state.documents.flag.get(key);
      return {
        kind: "flag",
        key,
        version: (before?.version ?? 0) + 1,
        revision,
        // Nobody evaluates it, and thousands of histories digest it.
        document: { key, ...(fate === "poisoned" && { description: POISON }) } as FlagDocument,
        createdAtMs: before?.createdAtMs ?? atMs,
        updatedAtMs: atMs,
        archivedAtMs: fate === "archived" ? atMs : null,
        hash: "",
        bytes: 1,
      };
    });
    this.acceptedAtMs[revision] = atMs;
    this.#past.follows(this.state);
    this.#versions.push(...versions);
    this.state = withVersions(this.state, { revision, atMs, hash: "" }, versions);
  }

  /** One more revision, in which all flags are what they were. */
  #revert(toRevision: number): void {
    const then = new Map(this.#versionsAt(toRevision).map((version) => [version.key, version]));
    const changes = new Map<string, Fate>();
    for (const { key, revision } of this.state.documents.flag.values()) {
      if (revision > toRevision) changes.set(key, fateOf(then.get(key)));
    }
    this.#commit(changes);
  }

  #versionsAt(revision: number): readonly DocumentVersion[] {
    const newest = new Map<string, DocumentVersion>();
    for (const version of this.#versions) {
      if (version.revision <= revision) newest.set(version.key, version);
    }
    return [...newest.values()];
  }

  enlist(report: RelayReport) {
    const answer = this.#fanOut.enlist(report, this.clock(this.#deps.events.nowMs));
    this.#deps.watch();
    this.#send(false);
    return fakelySealed(answer);
  }

  /** The process ends and another begins: what is not in the store is lost. */
  restart(): void {
    this.incarnation += 1;
    this.#past = this.#newPast();
    this.#fanOut = this.#newFanOut();
    this.#alarmAtMs = Infinity;
    this.#setAlarm();
  }

  propagation(revision: number) {
    const acceptedAtMs = this.clock(this.#deps.events.nowMs);
    return propagationOf(this.store, this.stages, { revision, acceptedAtMs });
  }

  #newPast(): PastStates {
    return new PastStates({
      versionsAt: (revision) => this.#versionsAt(revision),
      // As every revision has its own moment, the signatures of both ways to it must be the same.
      acceptedAtMs: (revision) => this.acceptedAtMs[revision] ?? 0,
    });
  }

  #newFanOut(): FanOut {
    return new FanOut({
      store: this.store,
      stages: this.stages,
      source: {
        head: () => ({ environmentId: ID, revision: this.revision }),
        changesSince: (since, revision) => {
          const state = this.#past.at(this.state, revision);
          return changesSince(state, since, () => this.#claims.of(state));
        },
        isStaged: () => this.#deps.isStaged,
        keepAtHand: (revisions) => this.#past.keep(this.state, revisions),
        revert: (toRevision) => this.#revert(toRevision),
      },
      settings: PROPAGATION,
      random: this.#deps.random,
    });
  }

  #send(isUrgent: boolean): void {
    const { events } = this.#deps;
    for (const call of this.#fanOut.due(this.clock(events.nowMs), isUrgent)) this.#call(call);
    this.#setAlarm();
  }

  #call(call: RelayCall): void {
    const { events, network, watch } = this.#deps;
    const relay = this.relays.get(relayKey(call.to))!;
    const delivery = { ...call.delivery, advance: fakelySealed(call.delivery.advance) };
    network.call<readonly RelayReport[]>({
      from: this,
      to: relay,
      serve: (answer) => relay.deliver(delivery, answer),
      deadlineMs: call.deadlineMs,
      answered: (reports) => {
        this.#fanOut.answered(call, reports, this.clock(events.nowMs));
        watch();
        this.#send(false);
      },
      missed: () => {
        this.#fanOut.failed(call, "no answer", this.clock(events.nowMs));
        this.#send(false);
      },
    });
  }

  #setAlarm(): void {
    const { events, skewMs } = this.#deps;
    const dueMs = this.#fanOut.nextDueMs();
    if (dueMs === null) return;
    const atMs = Math.max(dueMs - skewMs, events.nowMs + LEAST_WAIT_MS);
    if (atMs >= this.#alarmAtMs) return;
    this.#alarmAtMs = atMs;
    const { incarnation } = this;
    events.at(atMs, () => {
      if (this.incarnation !== incarnation || this.#alarmAtMs !== atMs) return;
      this.#alarmAtMs = Infinity;
      this.#send(false);
    });
  }
}
