import type { DocumentVersion } from "../../../../src/core/authority/document-version.ts";
import { changesSince } from "../../../../src/core/authority/delta.ts";
import { StateClaims } from "../../../../src/core/authority/state-claims.ts";
import {
  type EnvironmentState,
  snapshotOf,
  stateOf,
  withVersions,
} from "../../../../src/core/authority/state.ts";
import { environmentId } from "../../../../src/core/brand.ts";
import type { Advance } from "../../../../src/core/propagation/messages.ts";
import { flag } from "../authority/builders.ts";
import { fakelySealed } from "../signing/fake-signatures.ts";

export const ID = environmentId("envtest00001");

/** An environment of which every revision is a change of one flag. */
export class Revisions {
  #state: EnvironmentState;
  readonly #states = new Map<number, EnvironmentState>();
  readonly #claims = new StateClaims();
  staged = false;
  readonly reverts: { readonly toRevision: number; readonly reason: string }[] = [];

  constructor(id = ID) {
    const settings = { environmentId: id, projectId: "p1", salt: "env-salt" };
    this.#state = stateOf({ settings, head: { revision: 1, atMs: 1, hash: "" } }, []);
  }

  get revision(): number {
    return this.#state.head.revision;
  }

  head = () => ({ environmentId: this.#state.settings.environmentId, revision: this.revision });
  changesSince = (since: number | null, revision = this.revision) => {
    const state = this.#states.get(revision) ?? this.#state;
    return changesSince(state, since, () => this.#claims.of(state));
  };
  isStaged = () => this.staged;
  keepAtHand = () => {};
  revert = (toRevision: number, reason: string) => {
    this.reverts.push({ toRevision, reason });
    this.add("reverted");
  };
  /** The same as it leaves the authority. */
  sealedSince = (since: number | null) => fakelySealed(this.changesSince(since));
  snapshot = () => snapshotOf(this.#state);

  /** One more revision, in which a flag changes or goes. */
  add(key: string, fate: "kept" | "archived" = "kept"): this {
    const revision = this.revision + 1;
    const version: DocumentVersion = {
      kind: "flag",
      key,
      version: revision,
      revision,
      document: flag(key),
      createdAtMs: revision,
      updatedAtMs: revision,
      archivedAtMs: fate === "archived" ? revision : null,
      hash: "",
      bytes: 1,
    };
    const head = { revision, atMs: revision, hash: "" };
    this.#states.set(this.revision, this.#state);
    this.#state = withVersions(this.#state, head, [version]);
    return this;
  }

  /** What brings a relay from `since` to the newest revision. */
  advance(since: number | null): Advance {
    const changes = this.sealedSince(since);
    if (changes.kind !== "delta" && changes.kind !== "snapshot") throw new Error(changes.kind);
    return changes;
  }
}
