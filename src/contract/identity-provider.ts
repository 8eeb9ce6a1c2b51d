import { z } from "zod";
import { isEmailDomain } from "../core/identity/email-domain.ts";
import { EpochMs, Name, Version, pageOf } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const IdentityProviderParams = z.object({ provider: z.string().min(1).max(64) });

const HttpUrl = z
  .url({ protocol: /^https?$/, error: "must be a URL such as https://login.example.com" })
  .max(1_000);

const EmailDomain = z
  .string()
  .trim()
  .toLowerCase()
  .refine(
    isEmailDomain,
    "must be a domain as e-mail addresses end with it, such as example.com, without @",
  );

const Role = z.string().min(1).max(100);

const RoleRules = strictObject({
  claim: z
    .string()
    .min(1)
    .max(300)
    .nullable()
    .default(null)
    .meta({
      description:
        "The claim (OpenID Connect) or attribute (SAML) that says who somebody is, such as " +
        "`groups`; `null`: all get the default role.",
    }),
  rules: z
    .array(strictObject({ value: z.string().min(1).max(300), role: Role }))
    .max(100)
    .default([])
    .meta({ description: "The first wins whose value is among those of the claim." }),
  default: Role.nullable().meta({
    description: "Role of those who match no rule; `null`: they may not sign in.",
  }),
})
  .refine(({ claim, rules }) => claim !== null || rules.length === 0, {
    path: ["claim"],
    message: "the rules need the name of the claim whose values they compare",
  })
  .meta({ id: "IdentityRoleRules" });

const oidcFields = {
  kind: z.literal("oidc"),
  issuer: HttpUrl.meta({
    description:
      "As the provider's /.well-known/openid-configuration writes it, final slash included.",
  }),
  clientId: z.string().min(1).max(300),
  scopes: z
    .array(
      z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, "must be one scope, without spaces"),
    )
    .max(20)
    .default([])
    .meta({ description: "Asked for besides `openid`, `email` and `profile`." }),
};

const samlFields = {
  kind: z.literal("saml"),
  entityId: z.string().min(1).max(1_000).meta({ description: "Of the identity provider." }),
  signInUrl: HttpUrl.meta({ description: "Where people sign in (binding HTTP-Redirect)." }),
  certificates: z
    .array(z.string().min(1).max(10_000))
    .min(1)
    .max(5)
    .meta({
      description:
        "PEM. A response must be signed with the key of one; give the next one beside the old one " +
        "before the provider changes it.",
    }),
};

const Settings = z.discriminatedUnion("kind", [strictObject(oidcFields), strictObject(samlFields)]);

const contentFields = {
  name: Name,
  domains: z
    .array(EmailDomain)
    .min(1)
    .max(50)
    .refine((domains) => new Set(domains).size === domains.length, "name each domain once")
    .meta({ description: "It may speak for people whose e-mail address is in one of them." }),
  settings: Settings,
  roles: RoleRules,
  disabled: z.boolean(),
  clientSecret: z.string().min(1).max(2_000).meta({
    description: "OpenID Connect: stored sealed, and never shown again.",
  }),
};

/** A secret beside SAML settings would be a secret that nobody uses and nobody sees. */
const secretFits = ({
  settings,
  clientSecret,
}: {
  settings?: { kind: string };
  clientSecret?: string;
}) => clientSecret === undefined || settings?.kind !== "saml";
const secretUnfit = { path: ["clientSecret"], message: "SAML needs none; leave it out" };

export const IdentityProviderCreateRequest = strictObject({
  ...contentFields,
  disabled: contentFields.disabled.default(false),
  clientSecret: contentFields.clientSecret.exactOptional(),
})
  .refine(secretFits, secretUnfit)
  .meta({ id: "IdentityProviderCreateRequest" });

export const IdentityProviderPatchRequest = strictObject(contentFields)
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .refine(secretFits, secretUnfit)
  .meta({ id: "IdentityProviderPatchRequest" });

export const IdentityProviderResponse = z
  .object({
    id: z.string(),
    name: z.string(),
    domains: z.array(z.string()),
    settings: z.discriminatedUnion("kind", [
      z.object({ ...oidcFields, issuer: z.string() }),
      z.object({ ...samlFields, signInUrl: z.string() }),
    ]),
    roles: z.object({
      claim: z.string().nullable(),
      rules: z.array(z.object({ value: z.string(), role: z.string() })),
      default: z.string().nullable(),
    }),
    disabled: z.boolean(),
    addresses: z
      .object({
        redirectUri: z.string().nullable(),
        assertionConsumerService: z.string().nullable(),
        entityId: z.string().nullable(),
      })
      .meta({
        description: "What the provider is set up with: paths below this installation's origin.",
      }),
    version: Version,
    createdAtMs: EpochMs,
    updatedAtMs: EpochMs,
  })
  .meta({ id: "IdentityProvider" });

export const IdentityProviderPage = pageOf(IdentityProviderResponse).meta({
  id: "IdentityProviderPage",
});

export const IdentityProviderDeletedResponse = z
  .object({ id: z.string() })
  .meta({ id: "IdentityProviderDeleted" });
