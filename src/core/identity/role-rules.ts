/**
 * Which role a person gets from what a provider says about them. The first rule wins whose value is
 * among those of the claim.
 */
export interface RoleRules {
  /** Name of the claim (OpenID Connect) or attribute (SAML); `null`: all get the default. */
  readonly claim: string | null;
  readonly rules: readonly RoleRule[];
  /** Who matches no rule; `null`: may not sign in. */
  readonly default: string | null;
}

export interface RoleRule {
  readonly value: string;
  readonly role: string;
}

/** `null`: none, so that the person may not sign in. */
export function roleFor(rules: RoleRules, values: readonly string[]): string | null {
  const rule = rules.rules.find(({ value }) => values.includes(value));
  return rule?.role ?? rules.default;
}

/** Every role that the rules can give. */
export const rolesGiven = (rules: RoleRules): readonly string[] => [
  ...new Set([
    ...rules.rules.map(({ role }) => role),
    ...(rules.default === null ? [] : [rules.default]),
  ]),
];

/** What a claim holds, as a list: providers send one value, or several. */
export function claimValues(claim: unknown): readonly string[] {
  if (typeof claim === "string") return [claim];
  return Array.isArray(claim) ? claim.filter((value) => typeof value === "string") : [];
}
