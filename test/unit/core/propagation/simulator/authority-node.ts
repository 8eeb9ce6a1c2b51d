import type { DocumentVersion } from "../../../../../src/core/authority/document-version.ts";
import { changesSince } from "../../../../../src/core/authority/delta.ts";
import {
  type EnvironmentState,
  stateOf,
  withVersions,
} from "../../../../../src/core/authority/state.ts";
import { FanOut, type RelayCall } from "../../../../../src/core/propagation/fan-out.ts";
import type { RelayReport } from "../../../../../src/core/propagation/messages.ts";
import { propagationOf } from "../../../../../src/core/propagation/propagation.ts";
import { relayKey } from "../../../../../src/core/propagation/relay-address.ts";
import { PROPAGATION } from "../../../../../src/core/propagation/settings.ts";
import { flag } from "../../authority/builders.ts";
import { ID } from "../messages.ts";
import { FanOutMemory } from "../stores-in-memory.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Network } from "./network.ts";
import type { AuthorityPeer, RelayPeer } from "./peers.ts";

const SETTINGS = { environmentId: ID, projectId: "p1", salt: "env-salt" };
/** The alarm's granularity: calls under way end by themselves sooner than it could look. */
const LEAST_WAIT_MS = 10;

export interface AuthorityDeps {
  readonly events: EventQueue;
  readonly network: Network;
  readonly random: () => number;
  readonly skewMs: number;
  /** Called after anything that may have changed what receipts say. */
  readonly watch: () => void;
}

/** The authority's part of the environment object, on simulated time. */
export class AuthorityNode implements AuthorityPeer {
  readonly name = "authority";
  incarnation = 0;
  readonly store = new FanOutMemory();
  /** By key, so that calls find their relay. */
  readonly relays = new Map<string, RelayPeer>();
  state: EnvironmentState;
  readonly #deps: AuthorityDeps;
  #fanOut: FanOut;
  #alarmAtMs = Infinity;

  constructor(deps: AuthorityDeps) {
    this.#deps = deps;
    const head = { revision: 1, atMs: this.clock(deps.events.nowMs), hash: "" };
    this.state = stateOf({ settings: SETTINGS, head }, []);
    this.#fanOut = this.#newFanOut();
  }

  get revision(): number {
    return this.state.head.revision;
  }

  clock(trueMs: number): number {
    return trueMs + this.#deps.skewMs;
  }

  /** Commits a change of some flags; `null`: the flag is archived. */
  accept(changes: ReadonlyMap<string, "kept" | "archived">, isUrgent: boolean): void {
    const revision = this.revision + 1;
    const atMs = this.clock(this.#deps.events.nowMs);
    const versions = Array.from(changes, ([key, fate]): DocumentVersion => {
      const before = this.state.documents.flag.get(key);
      return {
        kind: "flag",
        key,
        version: (before?.version ?? 0) + 1,
        revision,
        document: flag(key),
        createdAtMs: before?.createdAtMs ?? atMs,
        updatedAtMs: atMs,
        archivedAtMs: fate === "archived" ? atMs : null,
        hash: "",
        bytes: 1,
      };
    });
    this.state = withVersions(this.state, { revision, atMs, hash: "" }, versions);
    this.#send(isUrgent);
  }

  enlist(report: RelayReport) {
    const answer = this.#fanOut.enlist(report, this.clock(this.#deps.events.nowMs));
    this.#deps.watch();
    this.#setAlarm();
    return answer;
  }

  /** The process ends and another begins: what is not in the store is lost. */
  restart(): void {
    this.incarnation += 1;
    this.#fanOut = this.#newFanOut();
    this.#alarmAtMs = Infinity;
    this.#setAlarm();
  }

  propagation(revision: number) {
    const acceptedAtMs = this.clock(this.#deps.events.nowMs);
    return propagationOf(this.store, { revision, acceptedAtMs });
  }

  #newFanOut(): FanOut {
    return new FanOut({
      store: this.store,
      source: {
        head: () => ({ environmentId: ID, revision: this.revision }),
        changesSince: (since) => changesSince(this.state, since),
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
    network.call<readonly RelayReport[]>({
      from: this,
      to: relay,
      serve: (answer) => relay.deliver(call.delivery, answer),
      deadlineMs: PROPAGATION.callDeadlineMs,
      answered: (reports) => {
        this.#fanOut.answered(call, reports, this.clock(events.nowMs));
        watch();
        this.#send(false);
      },
      missed: () => {
        this.#fanOut.failed(call, "no answer", this.clock(events.nowMs));
        this.#setAlarm();
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
