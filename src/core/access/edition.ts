import { assertNever } from "../result.ts";

/** What an organisation has subscribed to; each holds what those before it hold. */
export const EDITIONS = ["foundation", "growth", "enterprise"] as const;
export type Edition = (typeof EDITIONS)[number];

/** What not every edition has. */
export const FEATURES = {
  "custom-roles": "Roles of the organisation's own.",
  units: "Business units.",
  "audit-export": "Export of the audit log.",
  "single-sign-on": "Sign-in by the organisation's identity provider.",
  provisioning: "People put in and taken out by a directory (SCIM).",
  "data-residency": "Environments that stay in one jurisdiction.",
} as const;
export type Feature = keyof typeof FEATURES;

/** The smallest edition that has the feature. */
export function editionWith(feature: Feature): Edition {
  switch (feature) {
    case "custom-roles":
    case "audit-export":
      return "growth";
    case "units":
    case "single-sign-on":
    case "provisioning":
    case "data-residency":
      return "enterprise";
    default:
      return assertNever(feature);
  }
}

/** Whether an organisation of that edition may use the feature. */
export const includes = (edition: Edition, feature: Feature): boolean =>
  EDITIONS.indexOf(edition) >= EDITIONS.indexOf(editionWith(feature));

const isFeature = (name: string): name is Feature => Object.hasOwn(FEATURES, name);

/** The features of an edition, in the table's order. */
export const featuresOf = (edition: Edition): readonly Feature[] =>
  Object.keys(FEATURES)
    .filter(isFeature)
    .filter((feature) => includes(edition, feature));
