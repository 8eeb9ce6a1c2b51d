import { z } from "zod";
import { ALL_SCOPES } from "../core/access/scopes.ts";
import { TOKEN_LIFE } from "../core/access/token-life.ts";
import { EpochMs, Name, Reason, Version, pageOf, secretShownOnce } from "./fields.ts";
import { Moment } from "./moment.ts";
import { ServiceAccountParams } from "./service-account.ts";
import { strictObject } from "./strict-object.ts";

const TokenId = z.string().regex(/^[a-z0-9]{16}$/, "use the `id` that the list gives");

export const MyTokenParams = z.object({ token: TokenId });
export const ServiceTokenParams = ServiceAccountParams.extend({ token: TokenId });

const TokenScopes = z
  .array(z.enum(ALL_SCOPES))
  .min(1)
  .max(200)
  .transform((scopes) => [...new Set(scopes)].toSorted())
  .meta({
    description:
      "What the token may be used for, of what its owner may do. Nobody can give more than they " +
      "have themselves.",
  });

const AT_MOST_A_YEAR =
  "When it stops working, at most 365 days from now: milliseconds since the Unix epoch, or ISO " +
  "8601 such as 2027-01-01T00:00:00Z.";
const OR_NEVER = "`null`: never.";

const MyExpiry = Moment.exactOptional();
const ServiceExpiry = Moment.nullable().exactOptional();

const issueFields = {
  name: Name.meta({ description: "What it is for." }),
  scopes: TokenScopes,
};

export const MyTokenIssueRequest = strictObject({
  ...issueFields,
  expiresAt: MyExpiry.meta({ description: `${AT_MOST_A_YEAR} Absent: in 90 days.` }),
}).meta({ id: "MyTokenIssueRequest" });

export const ServiceTokenIssueRequest = strictObject({
  ...issueFields,
  expiresAt: ServiceExpiry.meta({
    description: `${AT_MOST_A_YEAR} ${OR_NEVER} Absent: in 90 days.`,
  }),
}).meta({ id: "ServiceTokenIssueRequest" });

const AS_LONG = "Absent: the replacement lives as long as the old token was to.";

const rotateFields = {
  overlapMs: z.int().min(0).max(TOKEN_LIFE.longestOverlapMs).default(86_400_000).meta({
    description:
      "How long the old token goes on beside the new one, in milliseconds, at most 7 days.",
  }),
  reason: Reason.exactOptional().meta({ description: "Why; written into the audit log." }),
};

export const MyTokenRotateRequest = strictObject({
  ...rotateFields,
  expiresAt: MyExpiry.meta({ description: `${AT_MOST_A_YEAR} ${AS_LONG}` }),
}).meta({ id: "MyTokenRotateRequest" });

export const ServiceTokenRotateRequest = strictObject({
  ...rotateFields,
  expiresAt: ServiceExpiry.meta({ description: `${AT_MOST_A_YEAR} ${OR_NEVER} ${AS_LONG}` }),
}).meta({ id: "ServiceTokenRotateRequest" });

const tokenFields = {
  id: z.string().meta({ description: "Part of the token's text." }),
  name: z.string(),
  scopes: z
    .array(z.string())
    .nullable()
    .meta({ description: "`null`: all that its owner may do." }),
  hint: z
    .string()
    .meta({ description: "The last characters of the token; of `ADMIN_TOKEN`: none." }),
  expiresAtMs: EpochMs.nullable().meta({ description: "`null`: it does not expire." }),
  revokedAtMs: EpochMs.nullable(),
  lastUsedAtMs: EpochMs.nullable().meta({ description: "To the minute; `null`: never." }),
  replacedBy: z.string().nullable().meta({ description: "The token it was rotated to." }),
  issuedBy: z.string().meta({ description: "Id of who issued it." }),
  version: Version,
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
};

export const TokenResponse = z.object(tokenFields).meta({ id: "Token" });
export const TokenPage = pageOf(TokenResponse).meta({ id: "TokenPage" });

export const TokenIssuedResponse = z
  .object({
    ...tokenFields,
    secret: secretShownOnce(
      "The token itself",
      "the secret is stored nowhere, so rotate the token to get a new one",
    ),
    note: z.string(),
  })
  .meta({ id: "TokenIssued" });
