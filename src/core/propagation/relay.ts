import type { ChangesSince } from "../authority/authority-api.ts";
import type { EnvironmentId } from "../brand.ts";
import { assertNever, ok, type Result } from "../result.ts";
import { concludeSealCheck, type SealProblem, type TrustedKeys } from "../signing/check-seal.ts";
import { type Arrival, arrivalOf, checked } from "./arrival.ts";
import {
  changesFrom,
  type HeldDocument,
  type HeldHead,
  type HeldState,
  stateOfDocuments,
} from "./held-state.ts";
import type { RelayAnswer, RelayReport } from "./messages.ts";
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
  /** What was held before the restart, until it is examined. */
  #stored: HeldState | null;
  #held: HeldState | null = null;
  /** Pinned by what is held; empty before anything is. */
  #trusted: TrustedKeys = [];
  /** The last moment at which the authority was asked and had nothing newer; not durable. */
  #inTouchAtMs: number | null = null;
  #failedAtMs: number | null = null;
  /** The newest revision in use that the last report named, and that the authority has heard of. */
  #observedReported: number | null = null;
  #observedTold: number | null = null;
  #isUnknown = false;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    const stored = deps.store.load();
    this.#stored = stored === null ? null : stateOfDocuments(stored.head, stored.documents);
  }

  /** `null`: nothing has arrived yet. */
  get revision(): number | null {
    return this.#held?.head.revision ?? null;
  }

  /** Never changes: what arrives makes another one. */
  get held(): HeldState | null {
    return this.#held;
  }

  /** What this relay says of itself to whoever delivers, and to the authority. */
  report(sockets: number): RelayReport {
    const observed = this.#observations.all();
    this.#observedReported = this.#observations.newest();
    return { relay: this.#deps.address, revision: this.revision, sockets, observed };
  }

  /** What was held before a restart; to be examined and taken before anything else. */
  stored(): Result<Arrival, SealProblem> | null {
    const stored = this.#stored;
    this.#stored = null;
    return stored === null ? null : checked(stored, stored, this.#trusted);
  }

  /**
   * What it would hold if it took this, and which signatures that rests on; `null`: it would not
   * take it. What is old, repeated or of another environment changes nothing; a delta that begins
   * after what is held cannot be taken, and the next report shows from where the relay lacks.
   */
  examine(answer: ChangesSince): Result<Arrival, SealProblem> | null {
    if (answer.kind !== "delta" && answer.kind !== "snapshot") return null;
    const { environmentId, revision } = answer.kind === "delta" ? answer.delta : answer.snapshot;
    if (environmentId !== this.#deps.environmentId || !this.#isNewer(revision)) return null;
    return arrivalOf(this.#held, this.#trusted, answer);
  }

  /**
   * The same for what the authority itself was asked for, and answered. That is how trust begins, and
   * begins again for a relay that has slept through so many rotations that it knows none of the keys.
   */
  examineAnew(answer: ChangesSince): Result<Arrival, SealProblem> | null {
    const arrival = this.examine(answer);
    if (arrival === null || arrival.ok || arrival.error.kind !== "untrusted-key") return arrival;
    if (answer.kind !== "snapshot") return arrival;
    const anew = arrivalOf(null, [], answer);
    return anew?.ok === true ? ok({ ...anew.value, trusted: this.#trusted }) : anew;
  }

  /**
   * Takes a state, durably, if all signatures of its plan were found to be right. `null`: it was
   * taken, or there is something newer by now. Otherwise what is held stays.
   */
  take(arrival: Arrival, isRight: readonly boolean[]): SealProblem | null {
    const { next, base, plan, trusted } = arrival;
    const concluded = concludeSealCheck(plan, isRight);
    if (!concluded.ok) return concluded.error;
    // A rotation has come meanwhile: the next report shows what the relay lacks.
    if (trusted !== this.#trusted || !this.#isNewer(next.head.revision)) return null;
    if (next !== base) this.#store(next, base);
    const [key] = concluded.value;
    if (key !== undefined && !this.#trusted.includes(key)) this.#trusted = concluded.value;
    this.#held = next;
    this.#observations.watch(next.head.revision);
    return null;
  }

  /** What to do before a reader that holds `since` is answered. */
  contactNeed(since: number | null, nowMs: number): ContactNeed {
    const { contactRetryMs, outOfTouchAfterMs } = this.#deps.settings;
    const held = this.revision;
    // Asking in vain for each reader would make all of them wait.
    if (isWithin(this.#failedAtMs, nowMs, contactRetryMs)) return "none";
    // A reader that is ahead shows that something was missed.
    if (held === null || (since !== null && since > held)) return "first";
    if (isWithin(this.#inTouchAtMs, nowMs, this.#contactEveryMs())) return "none";
    return isWithin(this.#inTouchAtMs, nowMs, outOfTouchAfterMs) ? "behind" : "first";
  }

  /**
   * To be told of the authority's answer to a report that was sent at `sentAtMs` and named
   * `reported`, after taking what it brought. True when the relay should report once more: it holds
   * something else now.
   */
  contacted(answer: ChangesSince, reported: number | null, sentAtMs: number): boolean {
    this.#isUnknown = answer.kind === "unknown-environment";
    const newest = newestIn(answer);
    // It has lost what this relay still holds; or it is another one, of the same name.
    if ((newest ?? -1) < (reported ?? -1)) {
      this.contactFailed(sentAtMs);
      return false;
    }
    if ((this.revision ?? -1) >= (newest ?? -1)) {
      this.#inTouchAtMs = sentAtMs;
      this.#failedAtMs = null;
      this.#observedTold = this.#observedReported;
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

  /** Somebody may be watching how a revision arrives. */
  #contactEveryMs(): number {
    const { contactEveryMs, newsEveryMs } = this.#deps.settings;
    const hasNews = (this.#observations.newest() ?? -1) > (this.#observedTold ?? -1);
    return hasNews ? newsEveryMs : contactEveryMs;
  }

  #isInTouch(nowMs: number): boolean {
    return isWithin(this.#inTouchAtMs, nowMs, this.#deps.settings.outOfTouchAfterMs);
  }

  #isNewer(revision: number): boolean {
    return this.#held === null || revision > this.#held.head.revision;
  }

  #store(next: HeldState, base: HeldState | null): void {
    const { store } = this.#deps;
    const isStep = base !== null && base === this.#held && next.head.floor === base.head.floor;
    if (!isStep) store.replace(next.head, next.documents.values());
    else store.change(next.head, changedDocuments(base, next));
  }
}

function changedDocuments(before: HeldState, after: HeldState): readonly HeldDocument[] {
  return [...after.documents]
    .filter(([key, document]) => before.documents.get(key) !== document)
    .map(([, document]) => document);
}

/** The newest revision there is, by an answer of the authority; `null`: none. */
export function newestIn(answer: ChangesSince): number | null {
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
