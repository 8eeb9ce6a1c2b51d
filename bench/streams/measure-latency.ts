import { setTimeout as after } from "node:timers/promises";
import { note, printTable, rounded } from "../lib/print.ts";
import { quantile } from "../lib/quantile.ts";
import { startBareBroadcast } from "./bare-broadcast.ts";
import { ClientFleet } from "./client-fleet.ts";
import { monotonicMs } from "./messages.ts";
import { SelfHosted } from "./self-hosted.ts";

export interface LatencyPlan {
  readonly clients: number;
  readonly changes: number;
  readonly pauseMs: number;
}

/** About what a change of one flag is, with its seal. */
const FRAME_LENGTH = 1_000;
const CONNECTS_PER_SECOND = 250;

/** From just before a change is sent until each client has it. */
interface Latencies {
  readonly all: readonly number[];
  /** Of the last client, for each change. */
  readonly last: readonly number[];
  /** Until the change was answered. */
  readonly answered: readonly number[];
}

/** Saves changes and follows each to the last client; then the same of the floor. */
export async function measureLatency(plan: LatencyPlan): Promise<void> {
  note(`${plan.clients} clients: the product …`);
  const product = await ofProduct(plan);
  note(`${plan.clients} clients: the floor …`);
  const floor = await ofFloor(plan);
  printTable(
    ["ms", "p50", "p99", "max", "last client: p50", "max", "answered: p50"],
    [
      ["save → client", ...row(product)],
      ["bare broadcast → client", ...row(floor)],
    ],
  );
}

async function ofProduct(plan: LatencyPlan): Promise<Latencies> {
  const hosted = await SelfHosted.start();
  try {
    const key = await hosted.createFlag();
    return await follow(hosted.url, key, plan, () => hosted.save());
  } finally {
    await hosted.remove();
  }
}

async function ofFloor(plan: LatencyPlan): Promise<Latencies> {
  const bare = await startBareBroadcast(FRAME_LENGTH);
  let revision = 0;
  try {
    return await follow(bare.url, "none", plan, async () => {
      revision += 1;
      await bare.send(revision);
      return revision;
    });
  } finally {
    await bare.stop();
  }
}

async function follow(
  url: string,
  key: string,
  { clients, changes, pauseMs }: LatencyPlan,
  change: () => Promise<number>,
): Promise<Latencies> {
  const fleet = ClientFleet.start(url, key, clients, CONNECTS_PER_SECOND);
  try {
    await fleet.allLive();
    // What runs for the first time is slow, and is not what is asked.
    for (let warm = 0; warm < 5; warm += 1) {
      await change();
      await after(pauseMs);
    }
    fleet.measure();
    const began = new Map<number, number>();
    const answered: number[] = [];
    for (let made = 0; made < changes; made += 1) {
      const beganAtMs = monotonicMs();
      began.set(await change(), beganAtMs);
      answered.push(monotonicMs() - beganAtMs);
      await after(pauseMs);
    }
    const { arrivals, held, live } = await fleet.report();
    const newest = Math.max(...began.keys());
    if (live !== clients || held[0] !== newest) {
      throw new Error(`${live} of ${clients} clients are live, at revisions ${held.join(" to ")}`);
    }
    const perChange = Array.from(began, ([revision, beganAtMs]) => {
      const atMs = arrivals.get(revision) ?? [];
      if (atMs.length !== clients) throw new Error(`revision ${revision} reached ${atMs.length}`);
      return atMs.map((each) => each - beganAtMs);
    });
    return { all: perChange.flat(), last: perChange.map((each) => Math.max(...each)), answered };
  } finally {
    fleet.stop();
  }
}

function row({ all, last, answered }: Latencies): string[] {
  const figures = [
    quantile(all, 0.5),
    quantile(all, 0.99),
    quantile(all, 1),
    quantile(last, 0.5),
    quantile(last, 1),
    quantile(answered, 0.5),
  ];
  return figures.map(rounded);
}
