import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { processorMs } from "../../scripts/lib/processor-time.ts";

/**
 * Microseconds of processor time so far of the process that listens at a URL of this machine;
 * `null` where the system does not tell (it is asked as Linux is).
 */
export function cpuMicrosOf(url: string): number | null {
  const pid = existsSync("/proc/net/tcp") ? listenerOf(Number(new URL(url).port)) : undefined;
  if (pid === undefined) return null;
  const ms = processorMs(pid);
  return ms === null ? null : ms * 1_000;
}

function listenerOf(port: number): string | undefined {
  const inode = listeningInode(port);
  return readdirSync("/proc").find((pid) => /^\d+$/.test(pid) && holds(pid, inode));
}

function listeningInode(port: number): string {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n")) {
    const fields = line.trim().split(/\s+/);
    const [, address = "", , state, , , , , , inode] = fields;
    if (address.endsWith(local) && state === "0A") return inode ?? "";
  }
  return "";
}

function holds(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`,
    );
  } catch {
    // It ended meanwhile, or is somebody else's.
    return false;
  }
}
