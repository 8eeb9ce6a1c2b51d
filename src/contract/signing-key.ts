import { z } from "zod";
import { EpochMs, ReasonHereOrInHeader, Revision } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const SigningKeyRotateRequest = strictObject({
  reason: ReasonHereOrInHeader.meta({
    description: "Why; written into the log. Required, here or in the header X-Switchyard-Reason.",
  }),
}).meta({ id: "SigningKeyRotateRequest" });

export const SigningKeyResponse = z
  .object({
    id: z.string().meta({ description: "The beginning of the SHA-256 of the public key." }),
    publicKey: z.string().meta({ description: "Ed25519, 64 hexadecimal digits." }),
    endorsement: z.string().nullable().meta({
      description: "The former key's signature of this one; `null`: it is the environment's first.",
    }),
    createdAtMs: EpochMs,
    revision: Revision,
  })
  .meta({ id: "SigningKey" });

export const SigningKeyList = z
  .object({ items: z.array(SigningKeyResponse) })
  .meta({ id: "SigningKeyList" });
