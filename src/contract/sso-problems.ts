import { versionConflict, type ProblemMeaning } from "./problem-meaning.ts";

/** What can go wrong with identity providers and provisioning. */
export const ssoProblems = {
  "identity-provider.not-found": {
    status: 404,
    title: "There is no such identity provider",
    meaning: "`GET /api/v1/identity-providers` lists the organisation's.",
  },
  "identity-provider.version-conflict": versionConflict("identity provider"),
  "identity-provider.role-unknown": {
    status: 422,
    title: "A provider cannot give this role",
    meaning:
      "The organisation has no such role, or it allows more than admin: that is given by people.",
  },
  "identity-provider.certificate-invalid": {
    status: 422,
    title: "Signatures cannot be checked with the certificate",
    meaning: "Give it as PEM, with an RSA key of at least 2048 bits, or one on P-256, -384, -521.",
  },
  "identity-provider.secret-missing": {
    status: 422,
    title: "The client secret is missing",
    meaning: "An OpenID Connect provider knows us by `clientId` and `clientSecret`.",
  },
  "identity-provider.kind-fixed": {
    status: 409,
    title: "The protocol of a provider does not change",
    meaning: "Set up another provider, and delete this one.",
  },
  "identity-provider.domain-taken": {
    status: 409,
    title: "Another provider speaks for the domain",
    meaning: "A domain belongs to one organisation, and one of its providers speaks for it.",
  },
  "provisioning-token.not-found": {
    status: 404,
    title: "There is no such provisioning token",
    meaning: "`GET /api/v1/provisioning-tokens` lists the organisation's.",
  },
  "provisioning-token.version-conflict": versionConflict("provisioning token"),
  "auth.above-provider": {
    status: 403,
    title: "No identity provider speaks for this person",
    meaning: "Owners, and whoever else may do more than an admin, sign in with their password.",
  },
  "sign-in.no-provider": {
    status: 404,
    title: "No identity provider speaks for this address",
    meaning: "Sign in with a password, or have a provider set up for the address's domain.",
  },
  "sign-in.provider-unreachable": {
    status: 503,
    title: "The identity provider does not answer as it should",
    meaning: "`detail` says what is wrong with it; its administrator can put that right.",
  },
} as const satisfies Record<string, ProblemMeaning>;
