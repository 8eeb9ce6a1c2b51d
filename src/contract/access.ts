import { z } from "zod";
import { ALL_SCOPES } from "../core/access/scopes.ts";
import { DocumentKey, PlaceKey } from "./fields.ts";
import { GrantResponse } from "./grant.ts";
import { OrganisationResponse } from "./organisation.ts";
import { ScopeList } from "./role.ts";
import { strictObject } from "./strict-object.ts";

const PrincipalResponse = z.object({
  kind: z.enum(["person", "service"]),
  id: z.string(),
  name: z.string(),
});

const DecisiveGrant = GrantResponse.extend({
  id: z
    .string()
    .nullable()
    .meta({ description: "`null`: it is no grant, but the person's role as a member." }),
}).meta({ id: "DecisiveGrant" });

export const MeResponse = z
  .object({
    ...PrincipalResponse.shape,
    organisation: OrganisationResponse,
    everywhere: ScopeList.meta({
      description: "What you may do in the whole organisation with these credentials.",
    }),
    somewhere: ScopeList.meta({ description: "What you may do in parts of it." }),
    ceiling: ScopeList.nullable().meta({
      description: "What your token was narrowed to; `null`: nothing narrows it.",
    }),
    grants: z.array(DecisiveGrant).meta({ description: "Why: what you were given." }),
  })
  .meta({ id: "Me" });

export const AccessCheckQuery = strictObject({
  scope: z.enum(ALL_SCOPES),
  project: PlaceKey.exactOptional().meta({
    description: "Absent: the organisation as a whole.",
  }),
  environment: PlaceKey.exactOptional(),
  flag: DocumentKey.exactOptional().meta({ description: "Whose tags count too." }),
  principal: z
    .string()
    .regex(/^(?:person|service):[0-9A-Za-z-]{1,64}$/, "write person:<id> or service:<id>")
    .exactOptional()
    .meta({ description: "About whom; needs `access:read`. Absent: about yourself." }),
}).refine(
  (query) =>
    query.project !== undefined || (query.environment === undefined && query.flag === undefined),
  { path: ["project"], message: "environments and flags are known by their project; name it" },
);

export const AccessCheckResponse = z
  .object({
    allowed: z.boolean(),
    because: z.enum(["granted", "denied", "not-granted", "beyond-token"]),
    principal: PrincipalResponse,
    by: z.array(DecisiveGrant).meta({ description: "The grants that decided; none if none did." }),
  })
  .meta({ id: "AccessCheck" });

export const MemberChangeRoleRequest = strictObject({
  role: PlaceKey.meta({ description: "Built in, or the organisation's own." }),
}).meta({ id: "MemberChangeRoleRequest" });
