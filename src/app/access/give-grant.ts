import { beyond } from "../../core/access/can.ts";
import type { Grant, GrantReach, GrantTag } from "../../core/access/grant.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import type { PlaceProblem } from "../environments/environment.ts";
import type { MemberStore } from "../identity/invitation.ts";
import type { AccessStore } from "./access-store.ts";
import type { GivenGrant, GrantStore } from "./given-grant.ts";
import { placeOfGrant } from "./grant-place.ts";
import type { PlaceDeps } from "./grant-place.ts";
import { scopesOfRole } from "./known-role.ts";
import { principalNamed } from "./principal-named.ts";
import type { PrincipalDeps, PrincipalName } from "./principal-named.ts";
import { unlessTooMighty } from "./problem.ts";
import type { NotThere, TooMighty } from "./problem.ts";
import type { RoleStore } from "./role.ts";
import { shutOut, type ShutsOut } from "./shut-out.ts";

export interface GiveGrantInput {
  readonly effect: Grant["effect"];
  readonly to: PrincipalName;
  /** One of the two. */
  readonly role: string | null;
  readonly scopes: readonly Scope[] | null;
  /** In every organisation; then the place is empty. */
  readonly installation: boolean;
  readonly place: {
    readonly unit: string | null;
    readonly project: string | null;
    readonly environment: string | null;
    readonly tag: GrantTag | null;
  };
  readonly caller: Caller;
}

export interface GiveGrantDeps extends PlaceDeps, PrincipalDeps {
  readonly access: Pick<AccessStore, "target">;
  readonly grants: Pick<GrantStore, "insert" | "nameOf" | "find">;
  readonly members: Pick<MemberStore, "find">;
  readonly roles: Pick<RoleStore, "find">;
  readonly now: () => number;
}

export type GiveGrantProblem = NotThere | TooMighty | ShutsOut | PlaceProblem;

/** Gives a grant, of what the caller holds all over the place where it is to hold. */
export async function giveGrant(
  input: GiveGrantInput,
  deps: GiveGrantDeps,
): Promise<Result<GivenGrant, GiveGrantProblem>> {
  const { effect, role, caller, place } = input;
  const { organisationId, access } = caller;
  const to = await principalNamed(organisationId, input.to, deps);
  if (!to.ok) return to;
  const wanted =
    role === null ? ok(input.scopes ?? []) : await scopesOfRole(organisationId, role, deps);
  if (!wanted.ok) return wanted;
  const scopes = wanted.value;
  const found = await placeOfGrant(organisationId, place, deps);
  if (!found.ok) return found;
  const at = { organisationId: input.installation ? null : organisationId };
  const on: GrantReach = { ...at, ...found.value.reach };
  const inside = { ...on, unitId: found.value.insideUnit };
  // What holds in every organisation takes the right to give grants in every one.
  const needed: readonly Scope[] = input.installation ? ["access:write", ...scopes] : scopes;
  const mayGive = unlessTooMighty([...new Set(beyond(access, needed, inside))]);
  if (!mayGive.ok) return mayGive;
  const grant: GivenGrant = {
    id: derivedId(caller.commandId),
    effect,
    to: to.value,
    role,
    scopes,
    on,
    place,
    createdAtMs: deps.now(),
  };
  const shut = await shutOut(grant, caller, deps);
  if (shut.length > 0) return err({ kind: "shuts-out", scopes: shut });
  const entry = auditDraft(caller, {
    action: "grant.give",
    target: { kind: "grant", id: grant.id, name: grant.to.name },
    project: on.projectId,
    environment: on.environmentId,
    detail: { after: grant },
    atMs: grant.createdAtMs,
  });
  // The id is derived from the request, so that one that is there was given by this very request.
  await deps.grants.insert(grant, entry);
  return ok(grant);
}
