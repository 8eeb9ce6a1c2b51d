import { GOVERNING_SCOPES } from "../../core/access/handing-on.ts";
import type { Scope } from "../../core/access/scopes.ts";
import type { Caller } from "../caller.ts";
import type { MemberStore } from "../identity/invitation.ts";
import type { GivenGrant } from "./given-grant.ts";

/** A deny that could leave an organisation with nobody who may put its grants right. */
export interface ShutsOut {
  readonly kind: "shuts-out";
  readonly scopes: readonly Scope[];
}

/** What a deny would take from those who govern the organisation; none for an allow. */
export async function shutOut(
  { effect, scopes, on, to }: Pick<GivenGrant, "effect" | "scopes" | "on" | "to">,
  { organisationId }: Pick<Caller, "organisationId">,
  { members }: { readonly members: Pick<MemberStore, "find"> },
): Promise<readonly Scope[]> {
  const isNarrow = [on.unitId, on.projectId, on.environmentId, on.tag].some(
    (part) => part !== null,
  );
  if (effect === "allow" || isNarrow || to.kind === "service") return [];
  const governing = scopes.filter((scope) => GOVERNING_SCOPES.includes(scope));
  if (governing.length === 0) return [];
  if (to.kind !== "person" || on.organisationId === null) return governing;
  const member = await members.find(organisationId, to.id);
  return member?.role === "owner" ? governing : [];
}
