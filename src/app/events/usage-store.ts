import type { EnvironmentId } from "../../core/brand.ts";

/** Whose usage, and when: `fromMs` ≤ hour < `toMs`. */
export interface UsageQuery {
  readonly environmentId: EnvironmentId;
  readonly flag: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Length of the periods that hours are added up to, each beginning at a multiple of it. */
  readonly periodMs: number;
}

/** What one period's evaluations and exposures came to, for one variation and reason. */
export interface UsageCount {
  /** `null`: the caller's own default was used. */
  readonly variation: string | null;
  /** `null`: the sender did not know. */
  readonly reason: string | null;
  readonly evaluations: number;
  readonly exposures: number;
}

export interface PeriodCount extends UsageCount {
  /** The period's first instant. */
  readonly startMs: number;
}

export interface UsageStore {
  /** Ordered by period, variation and reason. */
  counts(query: UsageQuery): Promise<readonly PeriodCount[]>;
  /** When the flag was last evaluated or shown, ever; `null`: nobody has said. */
  lastSeenAtMs(environmentId: EnvironmentId, flag: string): Promise<number | null>;
}
