import type { Applied, FlagOutcome } from "./authority-api.ts";
import type { Command, EnvironmentKill, EnvironmentUnkill } from "./command.ts";
import { hasVariation, selectedKeys } from "./decide/kill-flags.ts";
import type { DocumentVersion } from "./document-version.ts";

/** Finds a flag as a command left it. */
type FlagAfter = (key: string) => DocumentVersion | null | undefined;

/**
 * Adds to the answer of a command about a selection of flags what it came to for each of them.
 * Made from the state alone, so that a repetition of the command is told the same.
 *
 * @param revision The revision that the command made; `null`: it changed nothing.
 */
export function withOutcomes(
  applied: Applied,
  command: Command,
  after: FlagAfter,
  revision: number | null,
): Applied {
  if (command.kind !== "environment.kill" && command.kind !== "environment.unkill") return applied;
  const flags = selectedKeys(command).map((key) => outcomeOf(key, command, after(key), revision));
  return { ...applied, flags };
}

function outcomeOf(
  key: string,
  command: EnvironmentKill | EnvironmentUnkill,
  flag: DocumentVersion | null | undefined,
  revision: number | null,
): FlagOutcome {
  const untouched = { key, variation: null, fellBack: false };
  if (flag?.kind !== "flag") return { ...untouched, outcome: "not-in-environment" };
  if (flag.archivedAtMs !== null) return { ...untouched, outcome: "archived" };
  const { document } = flag;
  const isNew = flag.revision === revision;
  if (document.killed === null) return { ...untouched, outcome: isNew ? "unkilled" : "not-killed" };
  const { variation } = document.killed;
  const named = command.kind === "environment.kill" ? command.variation : undefined;
  const fellBack = isNew && typeof named === "string" && !hasVariation(document, named);
  return { key, outcome: isNew ? "killed" : "already-killed", variation, fellBack };
}
