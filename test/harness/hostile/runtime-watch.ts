import { readdirSync, readFileSync } from "node:fs";
import { processorMs } from "../../../scripts/lib/processor-time.ts";

const EVERY_MS = 100;

export interface Memory {
  readonly beforeMb: number;
  readonly peakMb: number;
  readonly afterMb: number;
}

export interface RuntimeWatch {
  /**
   * Processor time of the runtime so far. A machine that is shared stands still for seconds, and
   * its disk does; neither is in it. Where the system does not tell, time itself.
   */
  workedMs(): number;
  /** Ends it; `null` where the system does not tell. */
  end(): Memory | null;
}

/** Watches how much memory the `workerd` of a process group has resident, and how long it works. */
export function watchRuntime(group: number): RuntimeWatch {
  const pid = workerdOf(group);
  if (pid === null) return { workedMs: () => performance.now(), end: () => null };
  const beforeMb = residentMb(pid);
  let peakMb = beforeMb;
  const look = () => {
    const mb = residentMb(pid);
    peakMb = Math.max(peakMb, mb);
    return mb;
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    workedMs: () => processorMs(pid) ?? 0,
    end() {
      clearInterval(timer);
      const afterMb = look();
      return { beforeMb, peakMb, afterMb };
    },
  };
}

function workerdOf(group: number): string | null {
  if (process.platform !== "linux") return null;
  const found = readdirSync("/proc").find((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    // Number, name in brackets, state, parent, process group.
    const [, name, processGroup] =
      /^\d+ \((.*)\) \S \d+ (\d+)/s.exec(fileText(`/proc/${pid}/stat`)) ?? [];
    return name === "workerd" && Number(processGroup) === group;
  });
  return found ?? null;
}

const residentMb = (pid: string): number =>
  Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(fileText(`/proc/${pid}/status`))?.[1] ?? 0) / 1024);

/** Nothing, when the process is gone. */
function fileText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
