import type { EnvironmentId } from "../../src/core/brand.ts";
import type { Clock, EdgeIo } from "./ports.ts";
import type { RulesetAnswer, RulesetCache } from "./ruleset-cache.ts";

export interface AtLeastDeps {
  readonly clock: Clock;
  readonly cache: RulesetCache;
}

/**
 * How long is waited before each question for a revision that somebody has heard of. That it was
 * told of shows that a relay has it, though not that the one that is asked here has it already.
 */
const WAITS_MS = [0, 100, 300];

/**
 * The environment's ruleset for someone who was told of a revision: of that or a later one if it
 * can be had in a moment, and otherwise the newest. `undefined`: told of some change, of which the revision is
 * not known.
 */
export async function atLeast(
  { cache, clock }: AtLeastDeps,
  id: EnvironmentId,
  io: EdgeIo,
  revision: number | undefined,
): Promise<RulesetAnswer> {
  let answer = await cache.get(id, io, revision === undefined ? clock.now() : undefined);
  for (const waitMs of WAITS_MS) {
    if (answer.kind !== "ready" || answer.ruleset.revision >= (revision ?? 0)) break;
    if (waitMs > 0) await clock.startTimer(waitMs).done;
    answer = await cache.get(id, io, clock.now());
  }
  return answer;
}
