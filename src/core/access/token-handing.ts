import { beyond, canWithin } from "./can.ts";
import { organisationTarget } from "./grant.ts";
import type { Access, Grant } from "./grant.ts";
import { ALL_SCOPES, type Scope } from "./scopes.ts";

/** A token as it is to be handed to somebody. */
export interface TokenToHand {
  readonly organisationId: string;
  /** `null`: without ceiling, all that its owner may do. */
  readonly scopes: readonly Scope[] | null;
  /** What the owner may do; none if the owner is the one who issues it. */
  readonly ownerGrants: readonly Grant[];
}

/**
 * The scopes in which the token would allow more than `holder` may do; empty: it may be issued. Each
 * must be among the holder's own, and must be so all over where the owner has it: the secret
 * is shown to the one who issues the token, and would else be a way to the owner's grants.
 */
export function beyondHolder(
  holder: Access,
  { organisationId, scopes, ownerGrants }: TokenToHand,
): readonly Scope[] {
  const wanted = scopes ?? ALL_SCOPES;
  const lacking = new Set(
    wanted.filter((scope) => !canWithin(holder, scope, organisationTarget(organisationId))),
  );
  for (const grant of ownerGrants) {
    if (grant.effect === "deny") continue;
    const given = grant.scopes.filter((scope) => wanted.includes(scope));
    for (const scope of beyond(holder, given, grant.on)) lacking.add(scope);
  }
  return [...lacking].toSorted();
}
