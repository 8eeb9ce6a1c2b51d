import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { ENGINES, reportEvaluation } from "./evaluation/report-evaluation.ts";
import { reportGrowth } from "./growth/report-growth.ts";
import { reportHttp } from "./http/report-http.ts";
import { note, print } from "./lib/print.ts";
import { BENCH } from "./lib/run-process.ts";

const SECTIONS = ["node", "workerd", "growth", "http"] as const;

const USAGE = `npm run bench -- [quick] [section …] [engine …]

  quick     less time for each figure: to see that it works
  section   ${SECTIONS.join(", ")}; all, when none is named
  engine    ${ENGINES.slice(1).join(", ")}; all, when none is named`;

const words = process.argv.slice(2);
const unknown = words.filter((word) => word !== "quick" && !isSection(word) && !isEngine(word));
if (unknown.length > 0) {
  note(`Unknown: ${unknown.join(", ")}\n\n${USAGE}`);
  process.exit(1);
}
const isQuick = words.includes("quick");
const sections = words.some(isSection) ? words.filter(isSection) : SECTIONS;
const peers = words.filter((word) => isEngine(word) && word !== "switchyard");
const engines = peers.length > 0 ? ["switchyard", ...peers] : ENGINES;
const ms = isQuick ? 100 : 800;
const rounds = isQuick ? 1 : 3;

installPeers();
const [{ model } = { model: "unknown processor" }] = cpus();
print(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${model}`);
print(`Load of the machine before: ${loadavg()[0]?.toFixed(2)}. On a quiet one it is near 0.\n`);
const began = performance.now();
for (const section of sections) {
  if (section === "growth") reportGrowth(ms);
  else if (section === "http") reportHttp(isQuick);
  else reportEvaluation(section, engines, { ms, rounds });
}
note(`Took ${Math.round((performance.now() - began) / 1_000)} s.`);

function isSection(word: string): word is (typeof SECTIONS)[number] {
  return SECTIONS.some((section) => section === word);
}

function isEngine(word: string): boolean {
  return ENGINES.some((engine) => engine === word);
}

/** The peers have a lock file of their own, so that the product's does not name them. */
function installPeers(): void {
  const wanted = createHash("sha256")
    .update(readFileSync(join(BENCH, "package-lock.json")))
    .digest("hex");
  const stamp = join(BENCH, "node_modules", ".switchyard-install");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  note("Installing what the benchmarks compare with …");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", args, {
    cwd: BENCH,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error("npm ci failed in bench/.");
  writeFileSync(stamp, wanted);
}
