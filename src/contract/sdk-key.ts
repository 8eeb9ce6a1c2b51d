import { z } from "zod";
import { EpochMs, Name, Reason, pageOf, secretShownOnce, storedFields } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

/** As browsers send it: scheme, host and, if it is not the usual one, port. */
const Origin = z
  .string()
  .max(300)
  .regex(
    /^https?:\/\/[a-z0-9.[\]:-]+\/?$/i,
    "must be an origin such as https://shop.example or http://localhost:3000, without a path; leave the list empty to allow all",
  );

const THIRTY_DAYS_SECONDS = 30 * 24 * 3_600;

export const KeyIssueRequest = strictObject({
  kind: z.enum(["server", "client"]).meta({
    description:
      "`server`: sees every flag, must stay secret. `client`: sees client-visible flags only, " +
      "may be shipped in browsers and apps.",
  }),
  name: Name.meta({ description: "Who uses it." }),
  expiresAtMs: EpochMs.exactOptional().meta({
    description: "In the future; absent: it does not expire.",
  }),
  origins: z.array(Origin).max(100).default([]).meta({
    description: "Client keys: the `Origin` values a browser may send; empty: any.",
  }),
})
  .refine(({ kind, origins }) => kind === "client" || origins.length === 0, {
    path: ["origins"],
    message: "only client keys are bound to origins; leave them out of a server key",
  })
  .meta({ id: "KeyIssueRequest" });
export type KeyIssueRequest = z.infer<typeof KeyIssueRequest>;

export const KeyRotateRequest = strictObject({
  overlapSeconds: z.int().min(0).max(THIRTY_DAYS_SECONDS).default(86_400).meta({
    description: "How long the old key goes on beside the new one, at most 30 days.",
  }),
  reason: Reason.exactOptional().meta({ description: "Why; written into the log." }),
}).meta({ id: "KeyRotateRequest" });
export type KeyRotateRequest = z.infer<typeof KeyRotateRequest>;

const keyFields = {
  id: z.string(),
  kind: z.enum(["server", "client"]),
  name: z.string(),
  hint: z.string().meta({ description: "The last characters of the key." }),
  origins: z.array(z.string()),
  expiresAtMs: EpochMs.nullable(),
  ...storedFields,
};

export const KeyResponse = z
  .object({
    ...keyFields,
    revokedAtMs: EpochMs.nullable(),
    lastUsedAtMs: EpochMs.nullable().meta({
      description:
        "When the edge last let it in, to the minute, some seconds late; `null`: nobody has said. " +
        "A use is no new version.",
    }),
  })
  .meta({ id: "Key" });
export const KeyPage = pageOf(KeyResponse).meta({ id: "KeyPage" });

export const KeyIssuedResponse = z
  .object({
    ...keyFields,
    secret: secretShownOnce(
      "The key itself",
      "the secret is stored nowhere, so rotate the key to get a new one",
    ),
    note: z.string(),
  })
  .meta({ id: "KeyIssued" });

export const KeyRevokedResponse = z
  .object({ id: z.string(), revision: z.int() })
  .meta({ id: "KeyRevoked" });
