import { z } from "zod";
import { EpochMs, Name, Version, pageOf, secretShownOnce } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const ProvisioningTokenParams = z.object({ token: z.string().min(1).max(64) });

export const ProvisioningTokenIssueRequest = strictObject({
  name: Name.meta({ description: "The directory that uses it." }),
  role: z.string().min(1).max(100).default("viewer").meta({
    description: "Of people to whom no rule of an identity provider gives another.",
  }),
  expiresAtMs: EpochMs.nullable().default(null).meta({
    description: "In the future; `null`: it works until it is revoked.",
  }),
}).meta({ id: "ProvisioningTokenIssueRequest" });

const tokenFields = {
  id: z.string(),
  name: z.string(),
  hint: z.string().meta({ description: "The last characters of the token." }),
  role: z.string(),
  expiresAtMs: EpochMs.nullable(),
  revokedAtMs: EpochMs.nullable(),
  lastUsedAtMs: EpochMs.nullable().meta({ description: "To the minute; `null`: never." }),
  version: Version,
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
};

export const ProvisioningTokenResponse = z.object(tokenFields).meta({ id: "ProvisioningToken" });
export const ProvisioningTokenPage = pageOf(ProvisioningTokenResponse).meta({
  id: "ProvisioningTokenPage",
});

export const ProvisioningTokenIssuedResponse = z
  .object({
    ...tokenFields,
    secret: secretShownOnce(
      "The token itself",
      "it is stored nowhere, so issue another one and revoke this",
    ),
    baseUrl: z.string().meta({ description: "SCIM's path below this installation's origin." }),
  })
  .meta({ id: "ProvisioningTokenIssued" });
