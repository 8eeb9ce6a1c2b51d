import type { Branch } from "./messages.ts";
import type { RelayAddress } from "./relay-address.ts";

/** A tree over all relays in which nobody has more than so many to call, and none is far away. */
export function treeOf(relays: readonly RelayAddress[], branches: number): readonly Branch[] {
  const roots = relays.slice(0, branches);
  const others = relays.slice(branches);
  return roots.map((to, index) => ({
    to,
    forward: treeOf(
      others.filter((_, place) => place % branches === index),
      branches,
    ),
  }));
}

/** All relays of a branch. */
export function relaysOf(branch: Branch): readonly RelayAddress[] {
  return [branch.to, ...branch.forward.flatMap(relaysOf)];
}
