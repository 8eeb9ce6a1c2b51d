import { note, print, printTable, rounded } from "../lib/print.ts";
import { runScript } from "../lib/run-process.ts";
import type { GrowthFigures } from "./measure-growth.ts";
import type { SealingFigures } from "./measure-sealing.ts";

/** Measures how the evaluator's cost grows and prints it. */
export function reportGrowth(ms: number): void {
  note("Measuring growth …");
  const figures = runScript("growth/measure-growth.ts", String(ms)) as GrowthFigures;
  const [first] = figures.byFlags;
  if (first === undefined) return;
  print("### Growth: one evaluation among so many flags\n");
  printTable(
    ["flags", "the same flag, ns", "to that at 10", "another flag each time, ns", "to that at 10"],
    figures.byFlags.map(({ flags, one, each }) => [
      flags.toLocaleString("en-US"),
      rounded(one),
      `${rounded(one / first.one)} ×`,
      rounded(each),
      `${rounded(each / first.each)} ×`,
    ]),
  );
  print("### Growth: one flag of so many rules, of which the last matches\n");
  printTable(
    ["rules", "ns", "ns per rule"],
    figures.byRules.map(({ rules, ns }) => [
      rules.toLocaleString("en-US"),
      rounded(ns),
      rounded(ns / rules),
    ]),
  );
  print("### Growth: 10,000 flags\n");
  printTable(
    ["", "measured", "goal"],
    [
      ["compile all", `${rounded(figures.compileMs)} ms`, "500 ms"],
      ["memory they hold", `${rounded(figures.compileMb)} MB`, "60 MB"],
      ["lay all out in columns", `${rounded(figures.layOutMs)} ms`, ""],
      ["switch one off, median of 400", `${rounded(figures.switched.median)} ms`, "2 ms"],
      ["switch one off, worst", `${rounded(figures.switched.worst)} ms`, ""],
      ["take a variation from one, median", `${rounded(figures.narrowed.median)} ms`, "2 ms"],
      ["take a variation from one, worst", `${rounded(figures.narrowed.worst)} ms`, ""],
    ],
  );
  reportSealing();
}

function reportSealing(): void {
  print("### Growth: checking a seal, next to compiling; ms of processor time\n");
  const headings = ["flags", "compile", "check", "first compile", "first check", "a step's check"];
  const rows = [200, 10_000].map((count) => {
    const figures = runScript("growth/measure-sealing.ts", String(count)) as SealingFigures;
    const { flags, compile, check, firstCompile, firstCheck, step } = figures;
    return [
      flags.toLocaleString("en-US"),
      ...[compile, check, firstCompile, firstCheck, step].map(rounded),
    ];
  });
  printTable(headings, rows);
}
