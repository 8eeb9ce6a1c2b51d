import { PROPAGATION } from "../../../../../src/core/propagation/settings.ts";
import { Regions } from "./regions.ts";

/** What became of a history, for totals and comparison. */
export interface HistoryReport {
  readonly trace: string;
  readonly kills: number;
  readonly answers: number;
  readonly marked: number;
  /** How many stages ended in which way. */
  readonly stages: ReadonlyMap<string, number>;
}

export interface HistoryPlan {
  readonly regions: number;
  readonly kills: number;
  /** Whether a partition outlasts the time after which a relay stops to confirm. */
  readonly hasLongPartition: boolean;
  readonly isStaged: boolean;
}

const PROBE_EVERY_MS = 50;
/** A relay in use has asked the authority by then, however it was cut off before. */
const RECOVERY_MS = 20_000;
const RECOVERY_PROBE_MS = 900;

/**
 * One drawn history: changes and kills while links lose, delay, duplicate and are cut, and relays,
 * isolates and the authority restart; then all is well, and everybody must catch up.
 */
export function playHistory(seed: number, plan: HistoryPlan): HistoryReport {
  const world = new Regions(seed, plan);
  world.run(400, PROBE_EVERY_MS);
  let kills = 0;
  while (kills < plan.kills) {
    if (disturb(world)) kills += 1;
    world.run(PROBE_EVERY_MS * (1 + world.draw(6)), PROBE_EVERY_MS);
  }
  if (plan.hasLongPartition) {
    for (const region of world.regions.slice(0, 3)) world.partition(region, true);
    world.change(true);
    world.run(34_000, RECOVERY_PROBE_MS);
    const { state, relays } = world.authority.propagation(world.authority.revision);
    const shown = relays.filter((relay) => relay.state === "relayed").length;
    if (state !== "accepted" || shown > plan.regions - 3) {
      throw new Error("a region that was cut off is shown as arrived");
    }
  }
  if (plan.isStaged && world.chance(0.1)) stageInVain(world);
  world.heal();
  world.run(RECOVERY_MS, RECOVERY_PROBE_MS);
  world.expectAllCurrent();
  const { answers, marked, stages, trace } = world;
  return { trace: trace.digest, kills, answers, marked, stages };
}

/** Nobody can be asked to try a change: all get it all the same, or could. */
function stageInVain(world: Regions): void {
  world.change(false);
  for (const region of world.regions) world.partition(region, false);
  world.change(false, world.chance(0.5));
  world.run(2 * PROPAGATION.stageMs, RECOVERY_PROBE_MS);
  const { released, revision } = world.authority;
  if (released !== revision) throw new Error("what nobody could try is held back for good");
}

/** Lets something happen; true when it was a kill. */
function disturb(world: Regions): boolean {
  const region = world.regions[world.draw(world.regions.length)]!;
  switch (world.draw(14)) {
    case 0:
      world.change(false);
      return false;
    case 1:
      world.partition(region, world.chance(0.5));
      return false;
    case 2:
      world.network.cut(region.isolate, region.relay);
      return false;
    case 3:
      world.network.heal();
      return false;
    case 4:
      world.misbehave({
        delayMs: [1, 10 + world.draw(300)],
        loss: world.draw(30) / 100,
        duplication: world.draw(40) / 100,
        straggling: world.draw(20) / 100,
      });
      return false;
    case 5:
      region.relay.restart();
      return false;
    case 6:
      region.isolate.restart();
      region.lastRevision = 0;
      return false;
    case 7:
      world.authority.restart();
      return false;
    case 8:
      world.change(false);
      return false;
    case 9:
      world.change(false, true);
      return false;
    default:
      world.change(true);
      return true;
  }
}
