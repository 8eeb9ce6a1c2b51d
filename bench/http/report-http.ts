import { note, print, printTable, rounded } from "../lib/print.ts";
import { runScript } from "../lib/run-process.ts";
import type { HttpFigures, Rates } from "./measure-http.ts";

const PERCENTILES = ["p50", "p90", "p99", "p999", "max"] as const;

/** Measures requests through workerd's own socket and prints them. */
export function reportHttp(isQuick: boolean): void {
  note("Measuring over HTTP …");
  const effort = isQuick ? ["1", "1", "1", "2"] : ["7", "8", "7", "8"];
  const all = runScript("http/measure-http.ts", ...effort) as readonly HttpFigures[];

  print("### HTTP: requests per second on 32 connections\n");
  const rates = all.flatMap(({ name, rate, cpu }) => {
    if (rate === null) return [];
    const processor = cpu === null ? "" : `${rounded(cpu.own)} / ${rounded(cpu.ready)}`;
    return [[name, rounded(rate.own), rounded(rate.ready), shareText(rate.share), processor]];
  });
  if (rates.length === 0) print("Not measured: there is no wrk (apt-get install wrk).\n");
  else {
    printTable(
      [
        "",
        "Switchyard",
        "ready-made",
        "share (least to most of the starts)",
        "processor, µs per request",
      ],
      rates,
    );
  }

  print("### HTTP: latency in ms at a steady 2,000 requests per second\n");
  printTable(
    ["", ...PERCENTILES, "failed"],
    all.flatMap(({ name, latencies: { own, ready } }) => [
      [name, ...PERCENTILES.map((key) => rounded(own[key])), String(own.failed)],
      [
        `${name}, ready-made`,
        ...PERCENTILES.map((key) => rounded(ready[key])),
        String(ready.failed),
      ],
    ]),
  );

  print("### HTTP: first answer of a fresh runtime\n");
  printTable(
    ["", "Switchyard", "ready-made"],
    all.map(({ name, cold }) => [name, `${rounded(cold.own)} ms`, `${rounded(cold.ready)} ms`]),
  );
}

function shareText({ least, median, most }: Rates["share"]): string {
  return `${percent(median)} (${percent(least)} to ${percent(most)})`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
