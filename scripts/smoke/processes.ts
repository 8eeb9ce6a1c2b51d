import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Ids of all processes that have `text` in their command line or their environment. */
export function processesNaming(text: string): readonly number[] {
  if (!existsSync("/proc")) {
    const listed = spawnSync("ps", ["axeww", "-o", "pid=,command="], { encoding: "utf8" }).stdout;
    return listed
      .split("\n")
      .filter((line) => line.includes(text))
      .map((line) => Number.parseInt(line, 10));
  }
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) =>
      ["cmdline", "environ"].some((file) => read(`/proc/${pid}/${file}`).includes(text)),
    )
    .map(Number);
}

/** Empty for a process that ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
