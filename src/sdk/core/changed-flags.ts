import type { CompiledFlag } from "../../core/evaluation/compiled-flag.ts";
import type { Ruleset } from "../../core/evaluation/ruleset.ts";

/**
 * Keys of the flags that may answer otherwise by `next` than by `before`, sorted: those that are
 * new, gone or made anew, and those that have such a flag as a prerequisite, near or far. Without
 * a `before`, all.
 */
export function changedFlags(before: Ruleset | undefined, next: Ruleset): readonly string[] {
  const changed = new Set<string>();
  for (const flag of next.flagsByKey) {
    if (before?.flags.get(flag.key) !== flag) changed.add(flag.key);
  }
  for (const { key } of before?.flagsByKey ?? []) {
    if (!next.flags.has(key)) changed.add(key);
  }
  if (changed.size > 0) addDependents(changed, next.flagsByKey);
  return [...changed].toSorted();
}

function addDependents(changed: Set<string>, flags: readonly CompiledFlag[]): void {
  const dependents = new Map<string, string[]>();
  for (const { key, prerequisites } of flags) {
    for (const { flag } of prerequisites) {
      const known = dependents.get(flag);
      if (known === undefined) dependents.set(flag, [key]);
      else known.push(key);
    }
  }
  // A set's iteration comes to what is added on the way.
  for (const key of changed) {
    for (const dependent of dependents.get(key) ?? []) changed.add(dependent);
  }
}
