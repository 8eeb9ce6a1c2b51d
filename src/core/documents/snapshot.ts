import type { EnvironmentId } from "../brand.ts";
import type { ExperimentDocument, HoldoutDocument } from "./experiment.ts";
import type { FlagDocument } from "./flag.ts";
import type { SdkKeyEntry } from "./sdk-key-entry.ts";
import type { SegmentDocument } from "./segment.ts";
import type { SettingsDocument } from "./settings.ts";

export const SNAPSHOT_FORMAT = "switchyard.snapshot/1";

/** Everything an evaluator needs of one environment at one revision. */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly environmentId: EnvironmentId;
  /** Counts the environment's changes: 1, 2, 3 … without gap. 0 is the empty environment. */
  readonly revision: number;
  /** When the revision was accepted; milliseconds since the Unix epoch. */
  readonly acceptedAtMs: number;
  /** First part of what is hashed for `scheme` seeds; set when the environment was made. */
  readonly salt: string;
  readonly flags: readonly Versioned<FlagDocument>[];
  readonly segments: readonly Versioned<SegmentDocument>[];
  readonly experiments: readonly Versioned<ExperimentDocument>[];
  readonly holdouts: readonly Versioned<HoldoutDocument>[];
  readonly keys: readonly Versioned<SdkKeyEntry>[];
  /** One at most; empty: the defaults. Copies written before there were settings lack it. */
  readonly settings?: readonly Versioned<SettingsDocument>[];
}

/** A document with the number of its version: 1 when created, + 1 with each change. */
export interface Versioned<T> {
  readonly version: number;
  readonly document: T;
}

export const DELTA_FORMAT = "switchyard.delta/1";

/** What changed between two revisions: for each document touched, its state at `revision`. */
export interface Delta {
  readonly format: typeof DELTA_FORMAT;
  readonly environmentId: EnvironmentId;
  /** The revision the delta applies to. */
  readonly since: number;
  /** The revision it leads to. */
  readonly revision: number;
  readonly acceptedAtMs: number;
  readonly changes: readonly DocumentState[];
}

/** `state: null`: the document is no longer served (archived, deleted or revoked). */
export type DocumentState =
  | { readonly kind: "flag"; readonly key: string; readonly state: Versioned<FlagDocument> | null }
  | {
      readonly kind: "segment";
      readonly key: string;
      readonly state: Versioned<SegmentDocument> | null;
    }
  | {
      readonly kind: "experiment";
      readonly key: string;
      readonly state: Versioned<ExperimentDocument> | null;
    }
  | {
      readonly kind: "holdout";
      readonly key: string;
      readonly state: Versioned<HoldoutDocument> | null;
    }
  | { readonly kind: "key"; readonly key: string; readonly state: Versioned<SdkKeyEntry> | null }
  | {
      readonly kind: "settings";
      readonly key: string;
      readonly state: Versioned<SettingsDocument> | null;
    };

export type DocumentKind = DocumentState["kind"];
