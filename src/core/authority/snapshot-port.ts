import type { EnvironmentId } from "../brand.ts";
import type { Snapshot } from "../documents/snapshot.ts";
import type { Seal } from "../signing/seal.ts";

/** A snapshot as it was published. What reads it compiles it, and trusts nothing before that. */
export interface PublishedSnapshot {
  readonly revision: number;
  readonly snapshot: unknown;
  /** As it was published with the snapshot. */
  readonly seal: unknown;
}

/** The boot and disaster copy. It may lag; a reader never replaces a higher revision by a lower. */
export interface SnapshotReader {
  /** `null`: nothing readable was published. Rejects when the platform fails. */
  read(environmentId: EnvironmentId): Promise<PublishedSnapshot | null>;
}

/** Written by the environment's authority alone, newest revision last. Rejects when it failed. */
export interface SnapshotWriter {
  write(snapshot: Snapshot, seal: Seal): Promise<void>;
}
