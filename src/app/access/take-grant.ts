import { beyond } from "../../core/access/can.ts";
import { cannotGive, cannotLift } from "../../core/access/handing-on.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { grantOf } from "./given-grant.ts";
import type { GivenGrant, GrantStore } from "./given-grant.ts";
import { principalOf } from "./principal.ts";
import { notThere, unlessTooMighty } from "./problem.ts";
import type { NotThere, TooMighty } from "./problem.ts";

export interface TakeGrantDeps {
  readonly grants: Pick<GrantStore, "find" | "heldBy" | "remove">;
  readonly now: () => number;
}

/**
 * Takes a grant away. One's own allow may always go; of others, what the caller holds; of denies,
 * see `cannotLift`.
 */
export async function takeGrant(
  { grant: id, caller }: { readonly grant: string; readonly caller: Caller },
  deps: TakeGrantDeps,
): Promise<Result<GivenGrant, NotThere | TooMighty>> {
  const { grants, now } = deps;
  const grant = (await grants.find(caller.organisationId, id)) ?? (await grants.find(null, id));
  if (grant === undefined) return notThere("grant", id);
  const mayTake = unlessTooMighty(await lackingToTake(grant, caller, grants));
  if (!mayTake.ok) return mayTake;
  const entry = auditDraft(caller, {
    action: "grant.take",
    target: { kind: "grant", id, name: grant.to.name },
    project: grant.on.projectId,
    environment: grant.on.environmentId,
    detail: { before: grant },
    atMs: now(),
  });
  await grants.remove(grant, entry);
  return ok(grant);
}

async function lackingToTake(
  grant: GivenGrant,
  caller: Caller,
  grants: Pick<GrantStore, "heldBy">,
): Promise<readonly Scope[]> {
  const { access, organisationId } = caller;
  // What holds in every organisation is not one organisation's to take, its owners' included.
  if (grant.on.organisationId === null) {
    return beyond(access, [...new Set<Scope>(["access:write", ...grant.scopes])], grant.on);
  }
  const principal = principalOf(caller);
  const held = await grants.heldBy(principal);
  const isOwn = held.some(({ id }) => id === grant.id);
  if (grant.effect === "deny") {
    return cannotLift(access, [grantOf(grant)], { organisationId, isOwn });
  }
  const isPersonal = grant.to.kind === principal.kind && isOwn;
  return isPersonal ? [] : cannotGive(access, [grantOf(grant)]);
}
