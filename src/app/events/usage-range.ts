import { HOUR_MS } from "../../core/events/roll-up.ts";
import { err, ok, type Result } from "../../core/result.ts";

/** Whole periods: `fromMs` and `toMs`, which is exclusive, are multiples of `periodMs`. */
export interface UsageRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodMs: number;
}

export interface AskedRange {
  readonly granularity: "hour" | "day";
  /** Milliseconds since the Unix epoch; `undefined`: the usual span before the end. */
  readonly fromMs: number | undefined;
  /** `undefined`: now. */
  readonly toMs: number | undefined;
}

/** Length of a period, how many of them are shown unless told otherwise, and how many at most. */
const PERIODS = {
  hour: { periodMs: HOUR_MS, usual: 48, most: 31 * 24 },
  day: { periodMs: 24 * HOUR_MS, usual: 30, most: 400 },
} as const;

/** The periods that are asked for, whole. The error says what is wrong with `from`. */
export function usageRange(
  { granularity, fromMs, toMs }: AskedRange,
  nowMs: number,
): Result<UsageRange, string> {
  const { periodMs, usual, most } = PERIODS[granularity];
  const end = Math.ceil((toMs ?? nowMs + 1) / periodMs) * periodMs;
  const usualStart = Math.max(0, end - usual * periodMs);
  const start = fromMs === undefined ? usualStart : Math.floor(fromMs / periodMs) * periodMs;
  if (start >= end) return err("must be before `to`, which is now if absent");
  const periods = (end - start) / periodMs;
  if (periods <= most) return ok({ fromMs: start, toMs: end, periodMs });
  return err(
    `is ${periods} ${granularity}s before the end; at most ${most} can be read at once. ` +
      (granularity === "hour" ? "Ask for days, or in parts." : "Ask in parts."),
  );
}
