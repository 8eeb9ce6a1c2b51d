import type { CompiledFlag } from "../../src/core/evaluation/compiled-flag.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";

const ofRulesets = new WeakMap<Ruleset, readonly CompiledFlag[]>();

/** The flags that client keys may see, sorted by key; found once for a ruleset. */
export function visibleFlags(ruleset: Ruleset): readonly CompiledFlag[] {
  const known = ofRulesets.get(ruleset);
  if (known !== undefined) return known;
  const visible = ruleset.flagsByKey.filter((flag) => flag.clientVisible);
  ofRulesets.set(ruleset, visible);
  return visible;
}
