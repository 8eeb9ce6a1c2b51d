import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { ROOT } from "../../scripts/lib/paths.ts";

/** Makes the catalogue's tables; a file at a time, since each statement alone would wait for the disk. */
export async function applyMigrations(runtime: Miniflare): Promise<void> {
  const database = await runtime.getD1Database("DB");
  const folder = join(ROOT, "d1-migrations");
  for (const file of readdirSync(folder).toSorted()) {
    const statements = readFileSync(join(folder, file), "utf8").split(/;\s*$/m);
    const made = statements.filter((each) => each.trim() !== "");
    await database.batch(made.map((statement) => database.prepare(statement)));
  }
}
