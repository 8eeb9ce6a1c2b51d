import { can } from "../../core/access/can.ts";
import type { Decision } from "../../core/access/can.ts";
import { type Access, type Target, wholeReach } from "../../core/access/grant.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import type { PlaceProblem } from "../environments/environment.ts";
import type { MemberStore } from "../identity/invitation.ts";
import type { AccessStore } from "./access-store.ts";
import { grantOf } from "./given-grant.ts";
import type { GivenGrant, GrantStore } from "./given-grant.ts";
import { targetOfPlace } from "./grant-place.ts";
import { scopesOfRole } from "./known-role.ts";
import { principalOf, type Principal } from "./principal.ts";
import { notThere, type NotThere } from "./problem.ts";
import type { RoleStore } from "./role.ts";

export interface ExplainAccessInput {
  /** `null`: the caller, with what narrows their token. */
  readonly principal: { readonly kind: "person" | "service"; readonly id: string } | null;
  readonly scope: Scope;
  readonly project: string | undefined;
  readonly environment: string | undefined;
  readonly flag: string | undefined;
  readonly caller: Caller;
}

export interface ExplainAccessDeps {
  readonly access: AccessStore;
  readonly grants: Pick<GrantStore, "heldBy" | "nameOf">;
  readonly members: Pick<MemberStore, "find">;
  readonly roles: Pick<RoleStore, "find">;
}

export interface ExplainedAccess extends Decision {
  readonly principal: Principal & { readonly name: string };
  /** The grants that decided; a person's role as member has an empty id. */
  readonly by: readonly GivenGrant[];
}

/** Whether somebody may do something there, and by which grants. */
export async function explainAccess(
  input: ExplainAccessInput,
  deps: ExplainAccessDeps,
): Promise<Result<ExplainedAccess, NotThere | PlaceProblem>> {
  const { scope, caller } = input;
  const who = await whoIsMeant(input, deps);
  if (!who.ok) return who;
  const principal = who.value;
  const target = await targetOfPlace({ ...input, organisationId: caller.organisationId }, deps);
  if (!target.ok) return target;
  const held = await heldGrants(principal, deps);
  const access: Access =
    input.principal === null
      ? caller.access
      : { grants: await deps.access.grantsOf(principal), ceiling: null };
  const decision = can(access, scope, target.value);
  const about = held.filter((grant) => isAbout(grant, scope, target.value));
  const effect = decision.because === "denied" ? "deny" : "allow";
  const decides = decision.because === "granted" || decision.because === "denied";
  const by = decides ? about.filter((grant) => grant.effect === effect) : [];
  return ok({ ...decision, principal, by });
}

async function whoIsMeant(
  { principal, caller }: ExplainAccessInput,
  { grants }: ExplainAccessDeps,
): Promise<Result<ExplainedAccess["principal"], NotThere>> {
  if (principal === null) return ok({ ...principalOf(caller), name: caller.actor.name });
  const { organisationId } = caller;
  const { kind, id } = principal;
  const name = await grants.nameOf(organisationId, principal);
  if (name !== undefined) return ok({ kind, id, name, organisationId });
  return notThere(kind === "person" ? kind : "service-account", id);
}

/** The grants that hold for somebody, and a person's role as member, as one with an empty id. */
export async function heldGrants(
  principal: ExplainedAccess["principal"],
  deps: Pick<ExplainAccessDeps, "grants" | "members" | "roles">,
): Promise<readonly GivenGrant[]> {
  const { organisationId, kind, id, name } = principal;
  const given = await deps.grants.heldBy(principal);
  if (kind === "service") return given;
  const member = await deps.members.find(organisationId, id);
  if (member === undefined) return [];
  const scopes = await scopesOfRole(organisationId, member.role, deps);
  const ofMembership: GivenGrant = {
    id: "",
    effect: "allow",
    to: { kind, id, name },
    role: member.role,
    scopes: scopes.ok ? scopes.value : [],
    on: wholeReach(organisationId),
    place: { unit: null, project: null, environment: null, tag: null },
    createdAtMs: member.joinedAtMs,
  };
  return [...given, ofMembership];
}

/** Whether the grant says anything about the scope there. */
const isAbout = (grant: GivenGrant, scope: Scope, target: Target) =>
  can({ grants: [grantOf(grant)], ceiling: null }, scope, target).because !== "not-granted";
