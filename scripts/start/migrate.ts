import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, tool } from "../lib/paths.ts";
import { QUIET_WRANGLER } from "../lib/quiet-wrangler.ts";
import { runProcess } from "../lib/run-process.ts";
import type { StateDir } from "./state-dir.ts";

/**
 * Brings the local D1 database up to date. Returns what wrangler said when that failed.
 * Asking wrangler takes seconds, so a start without new migrations does not ask.
 */
export async function migrate(dir: StateDir, signal: AbortSignal): Promise<string | null> {
  const wanted = migrationsFingerprint();
  const done = existsSync(dir.migrated) ? readFileSync(dir.migrated, "utf8") : "";
  if (done === wanted && existsSync(dir.storage)) return null;

  const applied = await runProcess(
    tool("wrangler"),
    ["d1", "migrations", "apply", "DB", "--local", "--persist-to", dir.storage],
    { ...QUIET_WRANGLER, WRANGLER_LOG_PATH: dir.toolLog },
    signal,
  );
  if (applied.code !== 0) return applied.output.trim();
  writeFileSync(dir.migrated, wanted);
  return null;
}

function migrationsFingerprint(): string {
  const folder = join(ROOT, "d1-migrations");
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).toSorted()) {
    hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex");
}
