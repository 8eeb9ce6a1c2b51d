import type { Allocation } from "../../../../src/core/bucketing/allocate-in-order.ts";
import { allocateRanges } from "../../../../src/core/bucketing/allocate-ranges.ts";

export type Shares = Readonly<Record<string, number>>;

export const allocate = (previous: Allocation | undefined, shares: Shares): Allocation =>
  allocateRanges(previous, new Map(Object.entries(shares)));
