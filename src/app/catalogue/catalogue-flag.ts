import type { FlagType } from "../../core/documents/flag.ts";
import type { Tags } from "../tags.ts";

export type FlagCategory = "feature" | "experiment" | "operational" | "permission" | "killswitch";
export type FlagStage = "development" | "testing" | "staging" | "production" | "deprecated";
export type FlagRisk = "low" | "high";

/** What a flag is, whatever environment it is served in. */
export interface CatalogueFlag {
  readonly projectId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: FlagType;
  readonly category: FlagCategory;
  readonly stage: FlagStage;
  readonly risk: FlagRisk;
  readonly owner: string | null;
  readonly tags: Tags;
  readonly salt: string;
  readonly creation: Creation;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Which request created a flag, so that a repetition can finish what that request began. */
export interface Creation {
  readonly commandId: string;
  /** Equal for requests that ask for the same. */
  readonly fingerprint: string;
}

/** An entry with the keys of the environments it is in, and of those where that is unconfirmed. */
export interface ListedFlag {
  readonly flag: CatalogueFlag;
  readonly environments: readonly string[];
  readonly pending: readonly string[];
}

export interface CatalogueFlagNotFound {
  readonly kind: "catalogue-flag-not-found";
  readonly flag: string;
}

/** Only what brings a whole business down is high by itself; the rest is for the owner to say. */
export const defaultRisk = (category: FlagCategory): FlagRisk =>
  category === "killswitch" ? "high" : "low";
