import type { Command } from "../authority/command.ts";

/** True for what somebody is waiting for in an emergency: it is sent at once, whatever went before. */
export function isUrgent({ kind }: Command): boolean {
  return kind === "flag.kill" || kind === "environment.kill" || kind === "key.revoke";
}
