import type { FlagDocument } from "../../documents/flag.ts";
import { err, ok, type Result } from "../../result.ts";
import type { EnvironmentKill, EnvironmentUnkill, FlagSelection } from "../command.ts";
import type { VersionOf } from "../document-version.ts";
import type { AuthorityProblem } from "../problem.ts";
import type { EnvironmentState } from "../state.ts";
import type { Decided, DecisionContext, DocumentStep } from "./decision.ts";
import { revisionConflict } from "./expectations.ts";

/**
 * Throws the kill switch of many flags at once. Archived flags are left alone, because nobody gets
 * them; so are flags that are killed already, unless the command names another variation.
 */
export function killFlags(command: EnvironmentKill, { state, reason }: DecisionContext): Decided {
  const conflict = revisionConflict(state, command.expectedRevision);
  if (conflict !== null) return err(conflict);
  if (reason === null) return err({ kind: "reason-required", command: command.kind });
  const flags = liveFlags(command, state);
  if (!flags.ok) return flags;
  const mistyped = knownToNone(command.variation, flags.value);
  if (mistyped !== null) return err(mistyped);
  return aboutAll(
    state,
    flags.value.flatMap(({ key, document }) => {
      const variation = killVariation(document, command.variation);
      const isLeft =
        document.killed !== null &&
        (command.variation === undefined || document.killed.variation === variation);
      const killed = { ...document, killed: { variation, reason } };
      return isLeft ? [] : [{ kind: "flag", key, document: killed, archived: false }];
    }),
  );
}

/** Takes the kill switch of many flags back; those that are not killed are left alone. */
export function unkillFlags(command: EnvironmentUnkill, { state }: DecisionContext): Decided {
  const conflict = revisionConflict(state, command.expectedRevision);
  if (conflict !== null) return err(conflict);
  const flags = liveFlags(command, state);
  if (!flags.ok) return flags;
  return aboutAll(
    state,
    flags.value
      .filter(({ document }) => document.killed !== null)
      .map(({ key, document }) => {
        return { kind: "flag", key, document: { ...document, killed: null }, archived: false };
      }),
  );
}

/**
 * What a killed flag serves: the named variation; its off variation when none is named or the flag
 * has no such variation, because stopping it matters more than how. `null`: the caller's default.
 */
function killVariation(flag: FlagDocument, named: string | null | undefined): string | null {
  if (named === null) return null;
  return named !== undefined && hasVariation(flag, named) ? named : flag.offVariation;
}

export function hasVariation({ variations }: FlagDocument, named: string): boolean {
  return variations.some(({ key }) => key === named);
}

/** Every flag that a selection names, once: first those by key, then those by tag. */
export function selectedKeys({ flags, tagged }: FlagSelection): readonly string[] {
  return [...new Set([...flags, ...tagged])];
}

/** Refuses when one of the flags named by key is unknown: a typing error must not look like a kill. */
function liveFlags(
  selection: FlagSelection,
  { documents }: EnvironmentState,
): Result<readonly VersionOf<"flag">[], AuthorityProblem> {
  const keys = [...new Set(selection.flags)].filter((key) => !documents.flag.has(key));
  if (keys.length > 0) return err({ kind: "unknown-flags", keys });
  return ok(
    selectedKeys(selection).flatMap((key) => {
      const flag = documents.flag.get(key);
      return flag === undefined || flag.archivedAtMs !== null ? [] : [flag];
    }),
  );
}

/** A variation that no flag at all has is a typing error. */
function knownToNone(
  named: string | null | undefined,
  flags: readonly VersionOf<"flag">[],
): AuthorityProblem | null {
  if (typeof named !== "string" || flags.length === 0) return null;
  if (flags.some(({ document }) => hasVariation(document, named))) return null;
  const known = new Set(flags.flatMap(({ document }) => document.variations.map(({ key }) => key)));
  return { kind: "variation-known-to-none", variation: named, known: [...known].toSorted() };
}

function aboutAll({ settings }: EnvironmentState, steps: readonly DocumentStep[]): Decided {
  if (steps.length === 0) return ok({ kind: "unchanged", target: null });
  const about = { kind: "environment" as const, key: settings.environmentId };
  return ok({ kind: "change", about, steps, target: null });
}
