import { changesFrom, stateOfDocuments } from "../../../../../src/core/propagation/held-state.ts";
import { snapshotOf } from "../../../../../src/core/authority/state.ts";
import { REGIONS, relayKey } from "../../../../../src/core/propagation/relay-address.ts";
import { PROPAGATION } from "../../../../../src/core/propagation/settings.ts";
import { randomOf } from "../../../../harness/crash/random.ts";
import { AuthorityNode, type Fate } from "./authority-node.ts";
import { EventQueue } from "./event-queue.ts";
import { IsolateNode, type Sample } from "./isolate-node.ts";
import { type LinkFaults, Network, NO_FAULTS } from "./network.ts";
import { RelayNode } from "./relay-node.ts";
import { Trace } from "./trace.ts";

/** Within so long after "relayed", no answer may be older without a mark. */
const BOUND_MS = 1_000;
/** No change is held back for longer than this. */
const STAGED_FOR_MS = 30_000;
const HOUR_MS = 3_600_000;

interface Region {
  readonly relay: RelayNode;
  readonly isolate: IsolateNode;
  /** What the authority has shown as arrived here, and since when. */
  readonly shown: { readonly atMs: number; readonly revision: number }[];
  /** How much of that must be in answers by now. */
  binding: number;
  lastRevision: number;
}

/**
 * An authority with relays in many regions, an isolate beside each, and links between them that
 * misbehave. Every answer is held against what was promised at that moment; the first promise that
 * is broken throws.
 */
export class Regions {
  readonly events = new EventQueue();
  readonly network: Network;
  readonly authority: AuthorityNode;
  readonly trace = new Trace();
  readonly regions: readonly Region[];
  answers = 0;
  marked = 0;
  /** What became of stages. */
  readonly stages = new Map<string, number>();
  readonly #random: () => number;
  /** When each revision was released to everybody, by its place. */
  readonly #releasedAtMs: number[] = [0, 0];
  /** When the first of those that are not released yet was accepted; `null`: all are. */
  #heldBackSinceMs: number | null = null;

  constructor(
    seed: number,
    { regions, isStaged }: { readonly regions: number; readonly isStaged: boolean },
  ) {
    const random = randomOf(seed);
    this.#random = random;
    this.network = new Network(this.events, random);
    this.authority = new AuthorityNode({
      events: this.events,
      network: this.network,
      random,
      skewMs: this.#skew(),
      isStaged,
      watch: () => this.#watch(),
    });
    this.regions = REGIONS.slice(0, regions).map((region) => this.#newRegion(region));
  }

  draw(below: number): number {
    return Math.floor(this.#random() * below);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Every region is probed every so often, for so long. */
  run(forMs: number, everyMs: number): void {
    const endMs = this.events.nowMs + forMs;
    while (this.events.nowMs < endMs) {
      for (const { isolate } of this.regions) isolate.probe();
      this.events.runUntil(Math.min(endMs, this.events.nowMs + everyMs));
      this.#watchStage();
    }
  }

  /** A change of some flags now; a kill does not wait for anything. */
  change(isKill: boolean, isPoisoned = false): void {
    const changes = new Map<string, Fate>();
    for (let flag = 0; flag <= this.draw(2); flag += 1) {
      changes.set(`flag-${this.draw(5)}`, this.chance(0.1) ? "archived" : "kept");
    }
    if (isPoisoned) changes.set(`flag-${this.draw(5)}`, "poisoned");
    this.authority.accept(changes, isKill);
    const { released, revision } = this.authority;
    if (isKill && released !== revision) throw new Error("a kill waits for what is being tried");
    this.#watchStage();
    this.trace.note(1, this.events.nowMs, this.authority.revision);
  }

  /** Cuts a region off from the authority and, maybe, from the other regions. */
  partition(region: Region, isWhole: boolean): void {
    this.network.cut(region.relay, this.authority);
    if (!isWhole) return;
    for (const { relay } of this.regions) this.network.cut(region.relay, relay);
  }

  /** All is well from now on. */
  heal(): void {
    this.network.heal();
    this.network.faults = NO_FAULTS;
  }

  misbehave(faults: LinkFaults): void {
    this.network.faults = faults;
  }

  /** To be called when all has been well for long enough: everybody has everything. */
  expectAllCurrent(): void {
    const { revision, store, state } = this.authority;
    const truth = JSON.stringify(snapshotOf(state));
    for (const { relay, isolate } of this.regions) {
      const { name, memory } = relay;
      const stored = memory.load();
      if (stored === null) throw new Error(`${name} holds nothing`);
      const held = changesFrom(stateOfDocuments(stored.head, stored.documents), null);
      if (held.kind !== "snapshot" || JSON.stringify(held.snapshot) !== truth) {
        throw new Error(`${name} holds something else than the authority at ${revision}`);
      }
      const flags = snapshotOf(state).flags.map(({ document, version }) => [document.key, version]);
      const isolates = [...(isolate.held?.versions ?? [])].toSorted(byFirst);
      if (JSON.stringify(isolates) !== JSON.stringify(flags)) {
        throw new Error(`${isolate.name} evaluates with something else than ${name} holds`);
      }
    }
    const late = store.relays().filter((relay) => relay.revision !== revision);
    if (late.length > 0 || store.relays().length !== this.regions.length) {
      throw new Error(`not shown as arrived: ${late.map(relayKey).join()}`);
    }
    if (this.authority.propagation(revision).state !== "relayed") throw new Error("not relayed");
    for (const stage of this.authority.stages.stages.values()) {
      const outcome = stage.end?.outcome ?? "open";
      this.stages.set(outcome, (this.stages.get(outcome) ?? 0) + 1);
      const { state } = this.authority.propagation(stage.revision);
      if ((outcome === "reverted") !== (state === "reverted")) {
        throw new Error(`revision ${stage.revision} was ${outcome} and is shown as ${state}`);
      }
    }
  }

  /** Nothing is held back for longer than was promised, nor out before it may be. */
  #watchStage(): void {
    const { nowMs } = this.events;
    const { released, revision, stages } = this.authority;
    while (this.#releasedAtMs.length <= released) this.#releasedAtMs.push(nowMs);
    this.#heldBackSinceMs = released === revision ? null : (this.#heldBackSinceMs ?? nowMs);
    const stage = stages.lastStage();
    const isOpen = stage?.end === null;
    if (isOpen !== released < revision) throw new Error("what is held back is not being tried");
    if (this.#heldBackSinceMs !== null && this.#heldBackSinceMs < nowMs - STAGED_FOR_MS) {
      throw new Error(`revision ${released + 1} is held back for more than ${STAGED_FOR_MS} ms`);
    }
    for (const { relay } of this.regions) {
      const held = relay.memory.head?.revision ?? 0;
      const isCanary = isOpen && [relayKey(stage.canary), ...stage.passedOver].includes(relay.name);
      if (held > released && !isCanary) {
        throw new Error(`${relay.name} holds ${held}, and only ${released} is released`);
      }
    }
  }

  #newRegion(region: (typeof REGIONS)[number]): Region {
    const { authority, events, network } = this;
    const address = { region, shard: 0 };
    const relay = new RelayNode({ authority, events, network, address, skewMs: this.#skew() });
    authority.relays.set(relayKey(address), relay);
    const made: Region = {
      relay,
      isolate: new IsolateNode({
        events,
        network,
        relay,
        skewMs: this.#skew(),
        answered: (sample) => this.#answered(made, sample),
      }),
      shown: [],
      binding: 0,
      lastRevision: 0,
    };
    return made;
  }

  /** Clocks differ by up to an hour, which nothing may rest on. */
  #skew(): number {
    return this.draw(2 * HOUR_MS) - HOUR_MS;
  }

  /** What the authority shows must be so. */
  #watch(): void {
    const { nowMs } = this.events;
    for (const enlisted of this.authority.store.relays()) {
      const region = this.regions.find(({ relay }) => relay.name === relayKey(enlisted))!;
      const revision = enlisted.revision ?? 0;
      if (revision > (region.relay.memory.head?.revision ?? 0)) {
        throw new Error(`${region.relay.name} is shown at ${revision}, which it does not hold`);
      }
      if (revision > (region.shown.at(-1)?.revision ?? 0)) {
        region.shown.push({ atMs: nowMs, revision });
        this.trace.note(2, nowMs, revision);
      }
    }
  }

  #answered(region: Region, { revision, isMarked }: Sample): void {
    const { nowMs } = this.events;
    this.answers += 1;
    if (isMarked) this.marked += 1;
    this.trace.note(3, nowMs, revision, isMarked ? 1 : 0);
    const { shown, relay } = region;
    if (revision < region.lastRevision) {
      throw new Error(`${relay.name} went back from ${region.lastRevision} to ${revision}`);
    }
    region.lastRevision = revision;
    for (;;) {
      const next = shown[region.binding];
      if (next === undefined || next.atMs > nowMs - BOUND_MS) break;
      region.binding += 1;
    }
    if (isMarked) return;
    const arrived = shown[region.binding - 1]?.revision ?? 0;
    if (revision < arrived) {
      throw new Error(`${relay.name} answers with ${revision} unmarked, ${arrived} has arrived`);
    }
    const known = this.#releasedAtMs[revision + 1] ?? Infinity;
    if (known < nowMs - PROPAGATION.outOfTouchAfterMs - BOUND_MS) {
      throw new Error(`${relay.name} answers with ${revision} unmarked, and was cut off for long`);
    }
  }
}

const byFirst = ([a]: readonly [string, number], [b]: readonly [string, number]) =>
  a < b ? -1 : 1;
