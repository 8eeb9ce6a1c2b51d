import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isRecord } from "../../src/core/json.ts";
import { EDGE_LIMIT_BYTES, NOT_AT_THE_EDGE } from "../lib/edge-budget.ts";
import { tool } from "../lib/paths.ts";
import { OFFLINE_WRANGLER } from "../lib/quiet-wrangler.ts";
import { runProcess } from "../lib/run-process.ts";
import { oneOutcome, type Check } from "./check.ts";

const CONFIGS = {
  "all in one": "wrangler.toml",
  edge: "workers/edge/wrangler.toml",
  control: "workers/control/wrangler.toml",
  state: "workers/state/wrangler.toml",
} as const;

/** Each deployment builds, without an account and without a network. */
export const deployChecks: readonly Check[] = [
  ...Object.entries(CONFIGS).map(([name, config]): Check => ({
    name: `deploys: ${name}`,
    run: () => build(config, () => ({ ok: true, said: "" })),
  })),
  { name: "edge bundle", run: () => build(CONFIGS.edge, edgeBundleIsLean) },
];

interface Verdict {
  readonly ok: boolean;
  readonly said: string;
}

async function build(config: string, judge: (folder: string) => Verdict) {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-bundle-"));
  try {
    const built = await runProcess(
      tool("wrangler"),
      ["deploy", "--dry-run", "--config", config, "--outdir", folder, "--metafile"],
      OFFLINE_WRANGLER,
    );
    if (built.code !== 0) return oneOutcome(false, built.output);
    const verdict = judge(folder);
    return oneOutcome(verdict.ok, verdict.said);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function edgeBundleIsLean(folder: string): Verdict {
  const script = readdirSync(folder).find((file) => file.endsWith(".js"));
  if (script === undefined) return { ok: false, said: "The build left no script." };
  const bytes = gzipSync(readFileSync(join(folder, script)), { level: 9 }).byteLength;
  const inputs = inputsOf(readFileSync(join(folder, "bundle-meta.json"), "utf8"));
  const heavy = inputs.filter((input) =>
    NOT_AT_THE_EDGE.some((name) => input.includes(`node_modules/${name}/`)),
  );
  const said = [
    `${bytes} bytes with gzip, of ${EDGE_LIMIT_BYTES}`,
    ...heavy.map((input) => `must not be in it: ${input}`),
  ].join("\n");
  return { ok: bytes <= EDGE_LIMIT_BYTES && heavy.length === 0 && inputs.length > 0, said };
}

function inputsOf(metafile: string): readonly string[] {
  const meta: unknown = JSON.parse(metafile);
  return isRecord(meta) && isRecord(meta["inputs"]) ? Object.keys(meta["inputs"]) : [];
}
