import type { EnvironmentId } from "../brand.ts";
import type { SegmentMatcher } from "../conditions/condition-scope.ts";
import type { ExperimentDocument, HoldoutDocument } from "../documents/experiment.ts";
import type { SdkKeyEntry } from "../documents/sdk-key-entry.ts";
import type { SettingsDocument } from "../documents/settings.ts";
import type { CompiledFlag } from "./compiled-flag.ts";
import type { FlagTable } from "./flag-table.ts";

/**
 * One environment at one revision, checked and ready to be evaluated. Never changes: a delta
 * makes another one, which shares with this all that it does not touch.
 */
export interface Ruleset {
  readonly environmentId: EnvironmentId;
  readonly revision: number;
  /** When the revision was accepted; milliseconds since the Unix epoch. */
  readonly acceptedAtMs: number;
  /** First part of what is hashed for the seeds of buckets. */
  readonly salt: string;
  readonly flags: FlagTable;
  /** The same flags, sorted by key. */
  readonly flagsByKey: readonly CompiledFlag[];
  /** SDK keys by their hash, expired ones included. */
  readonly keys: ReadonlyMap<string, SdkKeyEntry>;
  readonly segments: ReadonlyMap<string, SegmentMatcher>;
  readonly experiments: ReadonlyMap<string, ExperimentDocument>;
  readonly holdouts: ReadonlyMap<string, HoldoutDocument>;
  /** `null`: the defaults. */
  readonly delivery: SettingsDocument | null;
}
