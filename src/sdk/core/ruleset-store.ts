import type { EnvironmentId } from "../../core/brand.ts";
import { applyDelta } from "../../core/evaluation/apply-delta.ts";
import type { RulesetDeps } from "../../core/evaluation/change-ruleset.ts";
import {
  type DocumentStates,
  readDelta,
  readSnapshot,
  type RulesetHeader,
} from "../../core/evaluation/check/check-snapshot.ts";
import { compileRuleset } from "../../core/evaluation/compile-ruleset.ts";
import type { Ruleset } from "../../core/evaluation/ruleset.ts";
import type { Issue } from "../../core/issue.ts";
import { checkSeal, type TrustedKeys } from "../../core/signing/check-seal.ts";
import { claimOf } from "../../core/signing/sealed-state.ts";
import { readSeal } from "../../core/signing/read-seal.ts";
import type { VerifySignature } from "../../core/signing/signature.ts";
import { StateDigest } from "../../core/signing/state-digest.ts";
import { changedFlags } from "./changed-flags.ts";
import {
  changesOf,
  deltaBetween,
  documentsAfter,
  type HeldDocuments,
  NO_DOCUMENTS,
  snapshotOf,
} from "./held-documents.ts";
import type { ReceivedState } from "./read-word.ts";

/** One revision, believed and ready to be evaluated. */
export interface HeldRevision {
  readonly ruleset: Ruleset;
  readonly header: RulesetHeader;
  readonly documents: HeldDocuments;
  readonly digest: StateDigest;
  /** As it came. */
  readonly seal: unknown;
}

/**
 * Whether who sent a state answers for its being the environment's. Nobody does for a boot copy that
 * is handed on while no authority is in reach.
 */
export type Standing = "vouched" | "provisional";

export type TakeOutcome =
  /** It is held from now on. `flags`: keys of those that may answer otherwise, sorted. */
  | { readonly kind: "adopted"; readonly revision: number; readonly flags: readonly string[] }
  /** What is held is as new, or newer. Maybe it is only now that somebody vouches for it. */
  | { readonly kind: "held-already" }
  /** It begins after what is held. */
  | { readonly kind: "gap" }
  | { readonly kind: "refused"; readonly why: string };

export interface RulesetStoreDeps extends RulesetDeps {
  readonly environmentId: EnvironmentId;
  readonly verifySignature: VerifySignature;
}

/** What was received, read, and put together with what is held. */
interface Candidate {
  readonly header: RulesetHeader;
  readonly documents: HeldDocuments;
  readonly digest: StateDigest;
}

/**
 * The newest state of one environment that a client could believe. It takes nothing whose seal is
 * wrong, and goes back from no state that is vouched for. What is held while no key is trusted is
 * provisional: it can be evaluated, but nothing is built on it, and the first state that is vouched
 * for displaces it unless the two are of one authority. Steps are to be taken one after the other.
 */
export class RulesetStore {
  readonly #deps: RulesetStoreDeps;
  #trusted: TrustedKeys;
  #held: HeldRevision | null = null;

  /** @param trusted empty: whoever seals what is vouched for first is trusted from then on. */
  constructor(trusted: TrustedKeys, deps: RulesetStoreDeps) {
    this.#trusted = trusted;
    this.#deps = deps;
  }

  /** `null`: nothing yet. */
  get held(): HeldRevision | null {
    return this.#held;
  }

  /** What is held and can be built on; `null`: nothing, or nothing that anybody vouched for. */
  get vouched(): HeldRevision | null {
    return this.#trusted.length === 0 ? null : this.#held;
  }

  /** Total: whatever comes, it says what came of it. */
  async take(received: ReceivedState, standing: Standing): Promise<TakeOutcome> {
    try {
      return await this.#take(received, standing);
    } catch (error) {
      // Such as documents that are nested too deeply to be gone through.
      return refused(`a ${received.kind} cannot be taken: ${String(error)}`);
    }
  }

  async #take(received: ReceivedState, standing: Standing): Promise<TakeOutcome> {
    const held = this.#held;
    const candidate = this.#read(received, standing);
    if ("kind" in candidate) return candidate;
    const { seal } = received;
    const claim = claimOf(candidate, readSeal(seal)?.keysRoot);
    const believed = await checkSeal(this.#trusted, seal, claim, this.#deps.verifySignature);
    const { revision } = candidate.header;
    if (!believed.ok)
      return refused(`revision ${revision} has a wrong seal: ${believed.error.kind}`);
    // It can only be provisional, or this would not have been looked at.
    if (held !== null && held.header.revision >= revision && vouchesFor(believed.value, held)) {
      this.#trusted = believed.value;
      return { kind: "held-already" };
    }
    const compiled = this.#compile(candidate, held);
    if (!compiled.ok)
      return refused(`revision ${revision} is no ruleset: ${first(compiled.error)}`);
    if (standing === "vouched" || this.#trusted.length > 0) this.#trusted = believed.value;
    this.#held = { ...candidate, ruleset: compiled.value, seal };
    return { kind: "adopted", revision, flags: changedFlags(held?.ruleset, compiled.value) };
  }

  #read(received: ReceivedState, standing: Standing): Candidate | TakeOutcome {
    const scope: { readonly issues: Issue[] } = { issues: [] };
    const isDelta = received.kind === "delta";
    const content = isDelta
      ? readDelta(received.delta, scope)
      : readSnapshot(received.snapshot, scope);
    if (content === undefined || scope.issues.length > 0) {
      return refused(`a ${received.kind} cannot be read: ${first(scope.issues)}`);
    }
    const { environmentId, revision } = content.header;
    if (environmentId !== this.#deps.environmentId) {
      return refused(`a ${received.kind} is of the environment ${environmentId}`);
    }
    const base = this.vouched;
    const atLeast = standing === "vouched" ? base : this.#held;
    if (atLeast !== null && revision <= atLeast.header.revision) return { kind: "held-already" };
    if (!("since" in content)) return candidateOf(content.header, content.states, null);
    if (base === null || content.since > base.header.revision) return { kind: "gap" };
    return candidateOf({ ...content.header, salt: base.header.salt }, content.states, base);
  }

  /** What is held already is not made anew, also when everything has come. */
  #compile({ header, documents }: Candidate, held: HeldRevision | null) {
    const isForward = held !== null && held.header.revision < header.revision;
    if (!isForward || held.header.salt !== header.salt) {
      return compileRuleset(snapshotOf(header, documents), this.#deps);
    }
    const delta = deltaBetween(held.header.revision, held.documents, header, documents);
    return applyDelta(held.ruleset, delta, this.#deps);
  }
}

function candidateOf(
  header: RulesetHeader,
  states: DocumentStates,
  held: HeldRevision | null,
): Candidate {
  const changes = changesOf(states);
  return {
    header,
    documents: documentsAfter(held?.documents ?? NO_DOCUMENTS, changes),
    digest: (held?.digest ?? StateDigest.empty).after(changes),
  };
}

/** True when a key has sealed what is held, or one that follows it has. */
function vouchesFor(trusted: TrustedKeys, { seal }: HeldRevision): boolean {
  const signers = readSeal(seal)?.signers.map(({ publicKey }) => publicKey) ?? [];
  return trusted.every((key) => signers.includes(key));
}

const refused = (why: string): TakeOutcome => ({ kind: "refused", why });

function first(issues: readonly Issue[]): string {
  const [issue] = issues;
  return issue === undefined ? "it is not one" : `${issue.path} ${issue.message}`;
}
