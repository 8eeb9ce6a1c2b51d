import type { Caller } from "../caller.ts";

/** On whom a grant can hang. `everyone`: all people and programs of the organisation. */
export type PrincipalKind = "person" | "service" | "team" | "unit" | "everyone";

/** Who comes with a request and is given access. */
export interface Principal {
  readonly kind: "person" | "service";
  readonly id: string;
  readonly organisationId: string;
}

/** Whose grants a caller acts with. */
export const principalOf = ({
  actor,
  organisationId,
}: Pick<Caller, "actor" | "organisationId">): Principal => ({
  kind: actor.kind === "user" ? "person" : "service",
  id: actor.id,
  organisationId,
});
