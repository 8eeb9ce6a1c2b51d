import type { EnlistedRelay } from "../../../../src/core/propagation/enlisted-relay.ts";
import {
  type FanOutStore,
  type GoneRelay,
  KEPT,
  type Receipt,
  type RelayObservation,
} from "../../../../src/core/propagation/fan-out-store.ts";
import {
  type HeldDocument,
  type HeldHead,
  heldKey,
} from "../../../../src/core/propagation/held-state.ts";
import type { RelayStore } from "../../../../src/core/propagation/relay.ts";
import type { Stage, StageStore } from "../../../../src/core/propagation/stage.ts";
import { type RelayAddress, relayKey } from "../../../../src/core/propagation/relay-address.ts";

/** What a relay's tables would hold. */
export class RelayMemory implements RelayStore {
  head: HeldHead | null = null;
  readonly documents = new Map<string, HeldDocument>();

  load() {
    return this.head === null ? null : { head: this.head, documents: this.documents.values() };
  }

  replace(head: HeldHead, documents: Iterable<HeldDocument>): void {
    const all = [...documents];
    this.documents.clear();
    this.change(head, all);
  }

  change(head: HeldHead, documents: Iterable<HeldDocument>): void {
    this.head = head;
    for (const document of documents) this.documents.set(heldKey(document.change), document);
  }
}

/** What an authority's tables would hold. */
export class FanOutMemory implements FanOutStore {
  readonly #relays = new Map<string, EnlistedRelay>();
  readonly #gone = new Map<string, GoneRelay>();
  readonly #receipts = new Map<string, readonly Receipt[]>();
  readonly #observations = new Map<string, readonly RelayObservation[]>();

  relays = () => [...this.#relays.values()];
  gone = () => [...this.#gone.values()];

  putRelay(relay: EnlistedRelay): void {
    this.#gone.delete(relayKey(relay));
    this.#relays.set(relayKey(relay), relay);
  }

  dropRelay(relay: GoneRelay): void {
    this.#relays.delete(relayKey(relay));
    this.#gone.delete(relayKey(relay));
    this.#gone.set(relayKey(relay), relay);
    for (const key of [...this.#gone.keys()].slice(0, -KEPT.gone)) this.#gone.delete(key);
  }

  addReceipt(receipt: Receipt): void {
    const before = this.#receipts.get(relayKey(receipt)) ?? [];
    if (before.some(({ revision }) => revision === receipt.revision)) return;
    this.#receipts.set(
      relayKey(receipt),
      [...before, receipt].toSorted(byRevision).slice(-KEPT.receiptsPerRelay),
    );
  }

  putObservation(observation: RelayObservation): void {
    const key = relayKey(observation);
    const others = (this.#observations.get(key) ?? []).filter(
      ({ revision }) => revision !== observation.revision,
    );
    this.#observations.set(
      key,
      [...others, observation].toSorted(byRevision).slice(-KEPT.observationsPerRelay),
    );
  }

  receiptsFor = (revision: number) => firstCovering(this.#receipts, revision);
  observationsFor = (revision: number) => firstCovering(this.#observations, revision);
}

export class StageMemory implements StageStore {
  readonly stages = new Map<number, Stage>();

  #last: Stage | null = null;

  lastStage = () => this.#last;

  putStage(stage: Stage): void {
    if (stage.revision >= (this.#last?.revision ?? 0)) this.#last = stage;
    this.stages.set(stage.revision, stage);
  }

  stageOf(revision: number): Stage | null {
    const covering = [...this.stages.values()].filter(
      ({ base, revision: last, end }) => base < revision && (end?.covers ?? last) >= revision,
    );
    return covering.at(-1) ?? null;
  }
}

const byRevision = (a: { readonly revision: number }, b: { readonly revision: number }) =>
  a.revision - b.revision;

function firstCovering<T extends RelayAddress & { readonly revision: number }>(
  lists: ReadonlyMap<string, readonly T[]>,
  revision: number,
): readonly T[] {
  return [...lists.values()].flatMap((list) => list.find((it) => it.revision >= revision) ?? []);
}
