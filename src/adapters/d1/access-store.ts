import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AccessStore } from "../../app/access/access-store.ts";
import { wholeReach, type Grant } from "../../core/access/grant.ts";
import { grants, roles } from "./access-schema.ts";
import { members } from "./identity-schema.ts";
import { targetOf } from "./access-target.ts";
import { isHeldBy, reachOf, scopesOf, scopesOfGrant, type OwnRoles } from "./held-grants.ts";

export function createD1AccessStore(d1: D1Database): AccessStore {
  const db = drizzle(d1);

  return {
    async grantsOf(principal) {
      const { organisationId, kind, id } = principal;
      const [given, own, membership] = await db.batch([
        db.select().from(grants).where(isHeldBy(db, principal)),
        db
          .select({ key: roles.key, scopes: roles.scopes })
          .from(roles)
          .where(eq(roles.organisationId, organisationId)),
        db
          .select({ role: members.role })
          .from(members)
          .where(and(eq(members.organizationId, organisationId), eq(members.userId, id))),
      ]);
      const ownRoles = new Map(own.map(({ key, scopes }) => [key, scopes]));
      const all = given.map((row) => toGrant(row, ownRoles));
      if (kind === "service") return all;
      const role = membership[0]?.role;
      return role === undefined ? [] : [...all, ofMembership(role, organisationId, ownRoles)];
    },

    target: (name) => targetOf(name, db),
  };
}

const toGrant = (row: typeof grants.$inferSelect, own: OwnRoles): Grant => ({
  effect: row.effect,
  scopes: scopesOfGrant(row, own),
  on: reachOf(row),
});

const ofMembership = (role: string, organisationId: string, own: OwnRoles): Grant => ({
  effect: "allow",
  scopes: scopesOf(role, own),
  on: wholeReach(organisationId),
});
