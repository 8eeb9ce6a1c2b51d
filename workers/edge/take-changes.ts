import type { ChangesSince } from "../../src/core/authority/authority-api.ts";
import type { PatternCompiler } from "../../src/core/conditions/pattern.ts";
import { applyDelta } from "../../src/core/evaluation/apply-delta.ts";
import { compileRuleset } from "../../src/core/evaluation/compile-ruleset.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { Issue } from "../../src/core/issue.ts";
import { assertNever, err, ok, type Result } from "../../src/core/result.ts";
import type { HeldEnvironment } from "./held-environments.ts";

/** Why an answer could not be used. Names documents and places, never contexts or keys. */
export type RejectedChanges =
  | { readonly kind: "does-not-compile"; readonly first: Issue | undefined }
  | { readonly kind: "other-environment" }
  | { readonly kind: "goes-back"; readonly revision: number }
  | { readonly kind: "environment-vanished" };

/**
 * The newest ruleset, as an answer to "what has changed since `base`" has it; `"unknown"` when
 * there is no such environment. An authority that has forgotten an environment which this
 * isolate holds has lost its storage or is another one: that is no reason to stop evaluating.
 */
export function takeChanges(
  environment: HeldEnvironment,
  base: Ruleset | undefined,
  changes: ChangesSince,
  compilePattern: PatternCompiler,
): Result<Ruleset | "unknown", RejectedChanges> {
  switch (changes.kind) {
    case "unknown-environment":
      return base === undefined ? ok("unknown") : err({ kind: "environment-vanished" });
    case "current":
      if (base?.revision === changes.revision) return ok(base);
      return err({ kind: "goes-back", revision: changes.revision });
    case "delta":
      if (base === undefined) return err({ kind: "does-not-compile", first: undefined });
      return checked(environment, base, applyDelta(base, changes.delta, { compilePattern }));
    case "snapshot":
      return checked(environment, base, compileRuleset(changes.snapshot, { compilePattern }));
    default:
      return assertNever(changes);
  }
}

/** A compiled ruleset, if it is of this environment and not older than what is held. */
export function checked(
  environment: HeldEnvironment,
  base: Ruleset | undefined,
  compiled: Result<Ruleset, readonly Issue[]>,
): Result<Ruleset, RejectedChanges> {
  if (!compiled.ok) return err({ kind: "does-not-compile", first: compiled.error[0] });
  const { value } = compiled;
  if (value.environmentId !== environment.id) return err({ kind: "other-environment" });
  if (base !== undefined && value.revision < base.revision) {
    return err({ kind: "goes-back", revision: value.revision });
  }
  return ok(value);
}
