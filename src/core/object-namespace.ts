import { jurisdictionOfName, type Jurisdiction } from "./jurisdiction.ts";
import { invariant } from "./result.ts";
import type { Region } from "./propagation/relay-address.ts";

/** Where an object that is made by a call should live; only its first call counts. */
export interface ObjectPlacement {
  readonly locationHint: Exclude<Region, "local">;
}

/** A namespace of objects, as far as they are reached by name. */
export interface ObjectNamespace {
  getByName(name: string, placement?: ObjectPlacement): unknown;
  /** The part of the namespace whose objects stay in a jurisdiction; absent: it has no parts. */
  jurisdiction?(name: Jurisdiction): ObjectNamespace;
}

/**
 * The object of a name, as what its class implements; an environment's own objects and its relays
 * are where its jurisdiction, which the name tells, wants them, and elsewhere where `placement` says. To be called for each attempt: a stub that
 * has failed may stay broken.
 *
 * This is the one place that takes a stub at its word. The platform's own types cannot: they turn
 * members of type `unknown` into `never`, and do not end on recursive JSON.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the class
export function objectNamed<Api>(
  namespace: ObjectNamespace,
  name: string,
  placement?: ObjectPlacement,
): Api {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as said above
  return stubNamed(namespace, name, placement) as Api;
}

function stubNamed(namespace: ObjectNamespace, name: string, placement?: ObjectPlacement): unknown {
  const jurisdiction = jurisdictionOfName(name);
  if (jurisdiction === null) return namespace.getByName(name, placement);
  const part = namespace.jurisdiction?.(jurisdiction);
  invariant(part !== undefined, `the namespace has no part in the jurisdiction "${jurisdiction}"`);
  return part.getByName(name);
}
