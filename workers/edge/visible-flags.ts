import type { CompiledFlag } from "../../src/core/evaluation/compiled-flag.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";

const ofLists = new WeakMap<readonly CompiledFlag[], readonly CompiledFlag[]>();

/** The flags that client keys may see, sorted by key; found once for a list of all flags. */
export function visibleFlags({ flagsByKey }: Ruleset): readonly CompiledFlag[] {
  const known = ofLists.get(flagsByKey);
  if (known !== undefined) return known;
  const visible = flagsByKey.filter((flag) => flag.clientVisible);
  ofLists.set(flagsByKey, visible);
  return visible;
}
