import type { ChangesSince } from "../authority/authority-api.ts";

/**
 * The changes as readers outside get them. The hashes of SDK keys are of no use to them, and would
 * say which keys there are.
 */
export function withoutKeys<T extends ChangesSince>(changes: T): T {
  if (changes.kind === "snapshot") {
    return { ...changes, snapshot: { ...changes.snapshot, keys: [] } };
  }
  if (changes.kind !== "delta") return changes;
  const { delta } = changes;
  const left = delta.changes.filter(({ kind }) => kind !== "key");
  return { ...changes, delta: { ...delta, changes: left } };
}
