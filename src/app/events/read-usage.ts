import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { ok, type Result } from "../../core/result.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";
import type { UsageRange } from "./usage-range.ts";
import type { PeriodCount, UsageCount, UsageStore } from "./usage-store.ts";

export interface ReadUsageInput {
  readonly place: Place;
  readonly flag: string;
  readonly range: UsageRange;
}

export interface ReadUsageDeps extends AuthorityDeps {
  readonly usage: UsageStore;
}

export interface Usage {
  /** Periods in which something happened. */
  readonly periods: readonly Period[];
  readonly totals: Sums & { readonly variations: readonly UsageCount[] };
  readonly lastSeenAtMs: number | null;
}

interface Period {
  readonly startMs: number;
  readonly variations: readonly UsageCount[];
}

interface Sums {
  readonly evaluations: number;
  readonly exposures: number;
}

/** How often a flag was evaluated and shown, period by period, as far as it was counted. */
export async function readUsage(
  { place, flag, range }: ReadUsageInput,
  deps: ReadUsageDeps,
): Promise<Result<Usage, PlaceProblem | AuthorityProblem>> {
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  const { id } = environment.value;
  const [counts, lastSeenAtMs] = await Promise.all([
    deps.usage.counts({ environmentId: id, flag, ...range }),
    deps.usage.lastSeenAtMs(id, flag),
  ]);
  if (lastSeenAtMs === null) {
    // Nothing was ever counted: is it unused, or is there no such flag?
    const known = await deps.authorities.of(id).flag(flag, null);
    if (!known.ok) return known;
  }
  return ok({ periods: periodsOf(counts), totals: totalsOf(counts), lastSeenAtMs });
}

function periodsOf(counts: readonly PeriodCount[]): readonly Period[] {
  return Array.from(
    groupedBy(counts, ({ startMs }) => startMs),
    ([startMs, same]) => ({ startMs, variations: same.map((count) => withSums(count, [count])) }),
  );
}

function totalsOf(counts: readonly PeriodCount[]): Usage["totals"] {
  const ways = groupedBy(counts, ({ variation, reason }) => JSON.stringify([variation, reason]));
  const variations = [...ways.values()].flatMap((same) =>
    same.slice(0, 1).map((first) => withSums(first, same)),
  );
  return { ...sumsOf(counts), variations };
}

const withSums = (
  { variation, reason }: UsageCount,
  counts: readonly UsageCount[],
): UsageCount => ({ variation, reason, ...sumsOf(counts) });

const sumsOf = (counts: readonly UsageCount[]): Sums => ({
  evaluations: counts.reduce((sum, { evaluations }) => sum + evaluations, 0),
  exposures: counts.reduce((sum, { exposures }) => sum + exposures, 0),
});

function groupedBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
