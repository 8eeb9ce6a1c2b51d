import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Figures } from "./evaluation/measure-engine.ts";

const FOLDER = import.meta.dirname;
const ENGINES = ["switchyard", "vercel", "flagd", "growthbook", "json-logic"];

/** `npm run bench [-- engine …]`: measures one engine after the other and prints one table. */
const chosen = process.argv.slice(2);
const names = chosen.length > 0 ? ["switchyard", ...chosen] : ENGINES;
installPeers();
const measured = [...new Set(names)].map(measureEngine);
printTable(measured);

/** The peers have a lock file of their own, so that the product's does not name them. */
function installPeers(): void {
  if (existsSync(join(FOLDER, "node_modules", ".package-lock.json"))) return;
  note("Installing what the benchmarks compare with …");
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
}

function measureEngine(name: string): Figures {
  note(`Checking and measuring ${name} …`);
  return JSON.parse(run(process.execPath, ["evaluation/measure-engine.ts", name])) as Figures;
}

function run(program: string, parameters: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    cwd: FOLDER,
    encoding: "utf8",
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${parameters.join(" ")} failed: ${error?.message ?? stderr}`);
}

function printTable(figures: readonly Figures[]): void {
  const [own] = figures;
  if (own === undefined) return;
  print(`\nNode ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`);
  print("Median ns per operation, and how many times Switchyard's.\n");
  print("| engine | (a) one at 50 % | (b) five rules | (c) all of 200 |");
  print("|---|---|---|---|");
  for (const each of figures) {
    const cells = (["half", "rules", "all"] as const).map(
      (key) => `${Math.round(each[key])} · ${(each[key] / own[key]).toFixed(1)} ×`,
    );
    print(`| ${each.name} | ${cells.join(" | ")} |`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
