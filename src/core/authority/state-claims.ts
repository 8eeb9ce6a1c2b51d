import type { SealClaim } from "../signing/claim.ts";
import { StateDigest } from "../signing/state-digest.ts";
import { documentState } from "./served.ts";
import { allVersions, type EnvironmentState } from "./state.ts";

/** What is to be signed of states. Of the newest it costs what has changed since it was asked for. */
export class StateClaims {
  readonly #known = new WeakMap<EnvironmentState, SealClaim>();
  #newest: { readonly revision: number; readonly digest: StateDigest } = {
    revision: 0,
    digest: StateDigest.empty,
  };

  of(state: EnvironmentState): SealClaim {
    const known = this.#known.get(state);
    if (known !== undefined) return known;
    const { environmentId, salt } = state.settings;
    const { revision, atMs } = state.head;
    const digest = this.#digestOf(state);
    if (revision > this.#newest.revision) this.#newest = { revision, digest };
    const { documentsRoot, keysRoot } = digest;
    const claim = { environmentId, revision, acceptedAtMs: atMs, salt, documentsRoot, keysRoot };
    this.#known.set(state, claim);
    return claim;
  }

  #digestOf(state: EnvironmentState): StateDigest {
    const isLater = state.head.revision >= this.#newest.revision;
    const { revision, digest } = isLater
      ? this.#newest
      : { revision: 0, digest: StateDigest.empty };
    const newer = [...allVersions(state)].filter((version) => version.revision > revision);
    return digest.after(newer.map(documentState));
  }
}
