import { note, print, printTable, rounded } from "../lib/print.ts";
import { runScript } from "../lib/run-process.ts";
import type { Figures } from "./figures.ts";

/** An engine's figures, or why it has none. */
type Outcome = Figures | { readonly engine: string; readonly reason: string };

/** Every engine; the product's own comes first, the others are compared with it. */
export const ENGINES = [
  "switchyard",
  "vercel",
  "featurevisor",
  "growthbook",
  "statsig",
  "unleash",
  "flagd",
  "configcat",
  "launchdarkly",
  "optimizely",
  "json-logic",
] as const;

const WORKLOADS = [
  { key: "half", title: "(a) one boolean flag at 50 %" },
  { key: "rules", title: "(b) five rules, the last matches, then 33/33/34" },
  { key: "all", title: "(c) all of 200 flags for one user" },
] as const;

const PLATFORMS = {
  node: { title: `Node ${process.version}`, script: "evaluation/measure-engine.ts" },
  workerd: { title: "workerd", script: "evaluation/measure-in-workerd.ts" },
} as const;

/**
 * Measures the engines in turn, each in a process of its own, several times over; prints a table a
 * workload. Of an engine's rounds the quickest counts, and all are told at the best pace of any.
 */
export function reportEvaluation(
  platform: keyof typeof PLATFORMS,
  engines: readonly string[],
  { ms, rounds }: { readonly ms: number; readonly rounds: number },
): void {
  const { title, script } = PLATFORMS[platform];
  const best = new Map<string, Outcome>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const engine of engines) {
      const before = best.get(engine);
      if (before !== undefined && "reason" in before) continue;
      note(`Checking and measuring ${engine} in ${title}, round ${round} of ${rounds} …`);
      const outcome = runScript(script, engine, String(ms)) as Outcome;
      best.set(engine, quickest(before, outcome));
    }
  }
  const outcomes = [...best.values()];
  const measured = outcomes.filter((outcome) => "half" in outcome);
  const [own] = measured;
  if (own === undefined) throw new Error("There is nothing to compare with.");
  for (const workload of WORKLOADS) {
    print(`### ${title}: ${workload.title}\n`);
    const pace = Math.min(...measured.map(({ [workload.key]: { paceNs } }) => paceNs));
    const nsOf = ({ [workload.key]: { ns, paceNs } }: Figures) => (ns / paceNs) * pace;
    const rows = measured
      .toSorted((a, b) => nsOf(a) - nsOf(b))
      .map((figures) => [
        figures.name,
        rounded(nsOf(figures)),
        `${rounded(nsOf(figures) / nsOf(own))} ×`,
      ]);
    printTable(["engine", "ns per operation", "to Switchyard's"], rows);
  }
  const refused = outcomes.filter((outcome) => "reason" in outcome);
  for (const { engine, reason } of refused) print(`${engine} does not run here: ${reason}`);
  if (refused.length > 0) print();
}

function quickest(before: Figures | undefined, now: Outcome): Outcome {
  if (before === undefined || "reason" in now) return now;
  const least = (key: (typeof WORKLOADS)[number]["key"]) =>
    before[key].ns / before[key].paceNs < now[key].ns / now[key].paceNs ? before[key] : now[key];
  return { name: now.name, half: least("half"), rules: least("rules"), all: least("all") };
}
