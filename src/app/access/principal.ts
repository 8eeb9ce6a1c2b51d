/** On whom a grant can hang. `everyone`: all people and programs of the organisation. */
export type PrincipalKind = "person" | "service" | "team" | "unit" | "everyone";

/** Who comes with a request and is given access. */
export interface Principal {
  readonly kind: "person" | "service";
  readonly id: string;
  readonly organisationId: string;
}
