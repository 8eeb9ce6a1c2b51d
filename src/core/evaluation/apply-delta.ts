import type { Issue } from "../issue.ts";
import { err, type Result } from "../result.ts";
import { changeRuleset, type RulesetDeps } from "./change-ruleset.ts";
import { type DeltaContent, readDelta } from "./check/check-snapshot.ts";
import { refuse, type Reporting } from "./check/guard.ts";
import type { Ruleset } from "./ruleset.ts";

/**
 * The ruleset that a delta leads to; the one it is applied to stays usable. It is the same as if
 * the snapshot of the new revision had been compiled, but only what the delta touches is made
 * anew. Total, like compiling; a delta for another environment or revision is refused.
 */
export function applyDelta(
  ruleset: Ruleset,
  delta: unknown,
  deps: RulesetDeps,
): Result<Ruleset, readonly Issue[]> {
  const scope: Reporting = { issues: [] };
  const content = readDelta(delta, scope);
  if (content === undefined || !fits(content, ruleset, scope)) return err(scope.issues);
  const header = { ...content.header, salt: ruleset.salt };
  return changeRuleset(ruleset, header, content.states, deps, scope);
}

function fits({ header, since }: DeltaContent, ruleset: Ruleset, scope: Reporting): boolean {
  if (header.environmentId !== ruleset.environmentId) {
    return refuse(scope, {
      path: "/environmentId",
      code: "delta.other-environment",
      message: `the delta is for ${header.environmentId}, the ruleset of ${ruleset.environmentId}`,
    });
  }
  if (since !== ruleset.revision) {
    return refuse(scope, {
      path: "/since",
      code: "delta.other-revision",
      message:
        `the delta begins at revision ${since}, but the ruleset is at ${ruleset.revision}; ` +
        "ask for what has changed since then",
    });
  }
  if (header.revision > since) return true;
  return refuse(scope, {
    path: "/revision",
    code: "delta.backwards",
    message: `the delta leads from revision ${since} to ${header.revision}, which is not later`,
  });
}
