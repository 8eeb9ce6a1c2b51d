import type { Command } from "../authority/command.ts";

/** True for what somebody is waiting for in an emergency: it is sent at once, whatever went before. */
export function isUrgent({ kind }: Command): boolean {
  return kind === "flag.kill" || kind === "environment.kill" || kind === "key.revoke";
}

/**
 * How a change goes out where changes are staged:
 *
 * - `staged`: it is tried first.
 * - `along`: nothing in it need be tried, but it does not pass what is being tried.
 * - `at-once`: it waits for nothing, and takes along what is being tried.
 */
export type Publishing = "staged" | "along" | "at-once";

export function publishingOf(command: Command): Publishing {
  const { kind } = command;
  // What ends an emergency is part of it.
  const endsEmergency = kind === "flag.unkill" || kind === "environment.unkill";
  if (isUrgent(command) || endsEmergency) return "at-once";
  return /^(?:\w+-)*key\./.test(kind) ? "along" : "staged";
}
