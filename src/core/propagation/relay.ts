import type { ChangesSince } from "../authority/authority-api.ts";
import type { EnvironmentId } from "../brand.ts";
import { assertNever } from "../result.ts";
import {
  changesFrom,
  type HeldDocument,
  type HeldHead,
  type HeldState,
  heldKey,
  stateAfter,
  stateOfDocuments,
  stateOfSnapshot,
} from "./held-state.ts";
import type { Advance, RelayAnswer, RelayReport } from "./messages.ts";
import { Observations } from "./observations.ts";
import type { RelayAddress } from "./relay-address.ts";
import type { PropagationSettings } from "./settings.ts";

/** What a relay needs of a synchronous SQLite. Each method is atomic. */
export interface RelayStore {
  /** `null`: nothing was ever held, and nothing was written. */
  load(): { readonly head: HeldHead; readonly documents: Iterable<HeldDocument> } | null;
  /** Forgets all that was held for this. */
  replace(head: HeldHead, documents: Iterable<HeldDocument>): void;
  /** Takes new states of some documents. */
  change(head: HeldHead, documents: Iterable<HeldDocument>): void;
}

export interface RelayDeps {
  readonly store: RelayStore;
  readonly environmentId: EnvironmentId;
  readonly address: RelayAddress;
  readonly settings: PropagationSettings;
}

/**
 * What is to be done about the authority before a reader is answered: nothing, ask it behind the
 * answer, or ask it first.
 */
export type ContactNeed = "none" | "behind" | "first";

/**
 * One relay's decisions: it holds the newest state that has reached it, answers its region's
 * readers with that, and never goes back. There must be one instance for a store.
 */
export class Relay {
  readonly #deps: RelayDeps;
  readonly #observations = new Observations();
  #held: HeldState | null;
  /** The last moment at which the authority was asked and had nothing newer; not durable. */
  #inTouchAtMs: number | null = null;
  #failedAtMs: number | null = null;
  #isUnknown = false;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    const stored = deps.store.load();
    this.#held = stored === null ? null : stateOfDocuments(stored.head, stored.documents);
  }

  /** `null`: nothing has arrived yet. */
  get revision(): number | null {
    return this.#held?.head.revision ?? null;
  }

  /** What this relay says of itself to whoever delivers, and to the authority. */
  report(sockets: number): RelayReport {
    const observed = this.#observations.all();
    return { relay: this.#deps.address, revision: this.revision, sockets, observed };
  }

  /**
   * Takes what brings it forward, durably. What is old, repeated, out of order or of another
   * environment changes nothing; a delta that begins after what is held cannot be taken, and the
   * report that follows shows from where the relay lacks.
   */
  take(advance: Advance): void {
    const held = this.#held;
    const { environmentId, revision } = advance.kind === "delta" ? advance.delta : advance.snapshot;
    if (environmentId !== this.#deps.environmentId) return;
    if (held !== null && revision <= held.head.revision) return;
    if (advance.kind === "snapshot") {
      const next = stateOfSnapshot(advance.snapshot);
      this.#deps.store.replace(next.head, next.documents.values());
      this.#hold(next);
    } else if (held !== null && advance.delta.since <= held.head.revision) {
      const next = stateAfter(held, advance.delta);
      const touched = advance.delta.changes.flatMap(
        (change) => next.documents.get(heldKey(change)) ?? [],
      );
      if (next.head.floor === held.head.floor) this.#deps.store.change(next.head, touched);
      else this.#deps.store.replace(next.head, next.documents.values());
      this.#hold(next);
    }
  }

  /** What to do before a reader that holds `since` is answered. */
  contactNeed(since: number | null, nowMs: number): ContactNeed {
    const { contactRetryMs, contactEveryMs, outOfTouchAfterMs } = this.#deps.settings;
    const held = this.revision;
    // Asking in vain for each reader would make all of them wait.
    if (isWithin(this.#failedAtMs, nowMs, contactRetryMs)) return "none";
    // A reader that is ahead shows that something was missed.
    if (held === null || (since !== null && since > held)) return "first";
    if (isWithin(this.#inTouchAtMs, nowMs, contactEveryMs)) return "none";
    return isWithin(this.#inTouchAtMs, nowMs, outOfTouchAfterMs) ? "behind" : "first";
  }

  /**
   * Takes the authority's answer to a report that was sent at `sentAtMs` and named `reported`. True
   * when the relay should report once more: it holds something else now.
   */
  contacted(answer: ChangesSince, reported: number | null, sentAtMs: number): boolean {
    this.#isUnknown = answer.kind === "unknown-environment";
    const newest = newestIn(answer);
    // It has lost what this relay still holds; or it is another one, of the same name.
    if ((newest ?? -1) < (reported ?? -1)) {
      this.contactFailed(sentAtMs);
      return false;
    }
    if (answer.kind === "delta" || answer.kind === "snapshot") this.take(answer);
    if ((this.revision ?? -1) >= (newest ?? -1)) {
      this.#inTouchAtMs = sentAtMs;
      this.#failedAtMs = null;
    }
    return this.revision !== reported;
  }

  /** The authority could not be asked. */
  contactFailed(nowMs: number): void {
    this.#failedAtMs = nowMs;
  }

  /** The answer to a reader that holds `since`; `null`: nothing. */
  answer(since: number | null, nowMs: number): RelayAnswer {
    const held = this.#held;
    const kind = this.#isInTouch(nowMs) ? "confirmed" : "unconfirmed";
    if (held === null) {
      return this.#isUnknown && kind === "confirmed"
        ? { kind, changes: { kind: "unknown-environment" } }
        : { kind: "nothing" };
    }
    if (since !== null) this.#observations.asked(since, nowMs);
    if (since !== null && since > held.head.revision) return { kind: "nothing" };
    return { kind, changes: changesFrom(held, since) };
  }

  #isInTouch(nowMs: number): boolean {
    return isWithin(this.#inTouchAtMs, nowMs, this.#deps.settings.outOfTouchAfterMs);
  }

  #hold(next: HeldState): void {
    this.#held = next;
    this.#observations.watch(next.head.revision);
  }
}

/** The newest revision there is, by an answer of the authority; `null`: none. */
function newestIn(answer: ChangesSince): number | null {
  switch (answer.kind) {
    case "current":
      return answer.revision;
    case "delta":
      return answer.delta.revision;
    case "snapshot":
      return answer.snapshot.revision;
    case "unknown-environment":
      return null;
    default:
      return assertNever(answer);
  }
}

/** A moment in the future is from before the clock was set back, and proves nothing. */
function isWithin(atMs: number | null, nowMs: number, forMs: number): boolean {
  return atMs !== null && nowMs >= atMs && nowMs - atMs < forMs;
}
