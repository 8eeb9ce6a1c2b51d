import { z } from "zod";
import { EpochMs, Name, Reason, pageOf, secretShownOnce, storedFields } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const BreakGlassKeyIssueRequest = strictObject({
  name: Name.meta({ description: "Who holds it, or where it is kept; shown in the log." }),
  expiresAtMs: EpochMs.nullable().exactOptional().meta({
    description: "In the future; absent: 365 days from now; `null`: it does not expire.",
  }),
  reason: Reason.exactOptional().meta({ description: "Why; written into the log." }),
}).meta({ id: "BreakGlassKeyIssueRequest" });

const keyFields = {
  id: z.string(),
  name: z.string(),
  publicKey: z.string().meta({ description: "Ed25519, 64 hexadecimal digits." }),
  expiresAtMs: EpochMs.nullable().meta({
    description: "From when on what it signs is refused; `null`: it does not expire.",
  }),
  ...storedFields,
  revokedAtMs: EpochMs.nullable(),
};

export const BreakGlassKeyResponse = z.object(keyFields).meta({ id: "BreakGlassKey" });
export const BreakGlassKeyPage = pageOf(BreakGlassKeyResponse).meta({ id: "BreakGlassKeyPage" });

export const BreakGlassKeyIssuedResponse = z
  .object({
    ...keyFields,
    secret: secretShownOnce(
      "The private key",
      "it is stored nowhere, so revoke this key and issue another",
    ),
    note: z.string(),
  })
  .meta({ id: "BreakGlassKeyIssued" });
