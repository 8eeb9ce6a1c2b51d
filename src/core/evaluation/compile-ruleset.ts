import type { Issue } from "../issue.ts";
import { err, type Result } from "../result.ts";
import { changeRuleset, type RulesetDeps } from "./change-ruleset.ts";
import { readSnapshot } from "./check/check-snapshot.ts";
import { FlagTable } from "./flag-table.ts";
import type { Ruleset } from "./ruleset.ts";

/**
 * Checks a snapshot from its first member to its last and makes a ruleset of it. Total: whatever
 * the input is, it answers a ruleset that can be evaluated or what is wrong, and never throws.
 */
export function compileRuleset(
  snapshot: unknown,
  deps: RulesetDeps,
): Result<Ruleset, readonly Issue[]> {
  const scope = { issues: [] };
  const content = readSnapshot(snapshot, scope);
  if (content === undefined) return err(scope.issues);
  const { header, states } = content;
  return changeRuleset(
    {
      ...header,
      flags: FlagTable.empty,
      flagsByKey: [],
      keys: new Map(),
      segments: new Map(),
      experiments: new Map(),
      holdouts: new Map(),
      delivery: null,
    },
    header,
    states,
    deps,
    scope,
  );
}
