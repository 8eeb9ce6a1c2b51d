import { z } from "zod";
import { isBuiltInRole } from "../core/access/roles.ts";
import { EpochMs, PlaceKey, pageFields, pageOf } from "./fields.ts";
import { RoleParams, ScopeList, Scopes } from "./role.ts";
import { strictObject } from "./strict-object.ts";

const PrincipalId = z.string().regex(/^[0-9A-Za-z-]{1,64}$/, "use the `id` as a list gave it");

const To = z.discriminatedUnion("kind", [
  strictObject({ kind: z.enum(["person", "service"]), id: PrincipalId }),
  strictObject({ kind: z.enum(["team", "unit"]), key: PlaceKey }),
  strictObject({ kind: z.literal("everyone") }),
]);

const TagName = z.string().min(1).max(64);
const TagValue = z.string().max(200);

const On = strictObject({
  installation: z
    .literal(true)
    .exactOptional()
    .meta({ description: "In every organisation; then alone, and for one person or program." }),
  unit: PlaceKey.exactOptional(),
  project: PlaceKey.exactOptional(),
  environment: PlaceKey.exactOptional().meta({ description: "Of the project." }),
  tag: strictObject({ name: TagName, value: TagValue.nullable().default(null) })
    .exactOptional()
    .meta({ description: "What carries the tag, as flag or environment; `null`: any value." }),
})
  .refine((on) => on.environment === undefined || on.project !== undefined, {
    path: ["environment"],
    message: "an environment is known by its project; name that as well",
  })
  .refine((on) => on.unit === undefined || on.project === undefined, {
    path: ["unit"],
    message: "a project is in one unit or none; name either the unit or the project",
  })
  .refine((on) => on.installation === undefined || Object.keys(on).length === 1, {
    path: ["installation"],
    message: "what holds in every organisation cannot be narrowed; leave the rest out",
  });

export const GrantParams = z.object({
  grant: z.string().regex(/^[0-9a-z-]{1,64}$/, "use the `id` that the list gives"),
});

export const GrantCreateRequest = strictObject({
  effect: z
    .enum(["allow", "deny"])
    .default("allow")
    .meta({ description: "A deny wins over every allow, wherever either holds." }),
  to: To.meta({ description: "On whom it hangs." }),
  role: RoleParams.shape.role
    .exactOptional()
    .meta({ description: "Built in, or the organisation's own; it follows what the role allows." }),
  scopes: Scopes.exactOptional().meta({ description: "Instead of a role." }),
  on: On.default({}).meta({ description: "Where it holds; absent: in the whole organisation." }),
})
  .refine((grant) => (grant.role === undefined) !== (grant.scopes === undefined), {
    path: ["role"],
    message: "name either a role or scopes",
  })
  .refine((grant) => grant.scopes === undefined || grant.scopes.length > 0, {
    path: ["scopes"],
    message: "name at least one scope",
  })
  .refine(
    ({ on, to }) => on.installation !== true || to.kind === "person" || to.kind === "service",
    {
      path: ["to"],
      message: "what holds in every organisation is given to one person or service account",
    },
  )
  .refine(({ on, role }) => on.installation !== true || role === undefined || isBuiltInRole(role), {
    path: ["role"],
    message:
      "each organisation has its own roles; what holds in every one takes a built-in role, or " +
      "`scopes`",
  })
  .meta({ id: "GrantCreateRequest" });

export const GrantResponse = z
  .object({
    id: z.string(),
    summary: z.string().meta({ description: "The grant in one sentence." }),
    effect: z.enum(["allow", "deny"]),
    to: z.object({
      kind: z.enum(["person", "service", "team", "unit", "everyone"]),
      id: z.string(),
      name: z.string(),
    }),
    role: z.string().nullable(),
    scopes: ScopeList.meta({ description: "Of a role: what it allows now." }),
    on: z.object({
      installation: z.boolean(),
      unit: z.string().nullable(),
      project: z.string().nullable(),
      environment: z.string().nullable(),
      tag: z.object({ name: z.string(), value: z.string().nullable() }).nullable(),
    }),
    createdAtMs: EpochMs,
  })
  .meta({ id: "Grant" });
export const GrantPage = pageOf(GrantResponse).meta({ id: "GrantPage" });

export const GrantListQuery = strictObject({
  ...pageFields,
  to: z
    .string()
    .regex(
      /^(?:(?:person|service):[0-9A-Za-z-]{1,64}|(?:team|unit):[a-z0-9-]{1,64}|everyone)$/,
      "write person:<id>, service:<id>, team:<key>, unit:<key> or everyone",
    )
    .exactOptional()
    .meta({ description: "Those that hang on `person:<id>`, `team:<key>`, `everyone` …" }),
  unit: PlaceKey.exactOptional(),
  project: PlaceKey.exactOptional(),
  environment: PlaceKey.exactOptional().meta({ description: "Of the project." }),
  installation: z
    .literal("true")
    .exactOptional()
    .meta({ description: "Those that hold in every organisation, instead." }),
}).refine((query) => query.environment === undefined || query.project !== undefined, {
  path: ["environment"],
  message: "an environment is known by its project; name that as well",
});

export const GrantDeletedResponse = z.object({ id: z.string() }).meta({ id: "GrantDeleted" });
