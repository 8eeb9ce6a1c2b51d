import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick is. */
const TICK_MS = 10;

/** Milliseconds of processor time that a process has taken so far; `null`: there is none of that id. */
export function processorMs(pid: string): number | null {
  const stat = statOf(pid);
  if (stat === null) return null;
  // The name of the program, in brackets, may hold anything. Of what follows, user and system time
  // are the twelfth and thirteenth.
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function statOf(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
}
