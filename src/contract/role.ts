import { z } from "zod";
import { ALL_SCOPES, type Scope } from "../core/access/scopes.ts";
import { EpochMs, Name, PlaceKey, Text, Version, pageOf } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

/** Sorted, each once. */
export const Scopes = z
  .array(z.enum(ALL_SCOPES))
  .max(200)
  .transform((scopes) => [...new Set(scopes)].toSorted());

/** In answers. */
export const ScopeList = z.array(
  z.custom<Scope>((name) => typeof name === "string").meta({ type: "string" }),
);

const RoleKey = PlaceKey.meta({
  description: "Never changes. `owner`, `admin` and the other built-in roles keep their keys.",
});
export const RoleParams = z.object({ role: PlaceKey });

const fields = {
  name: Name,
  scopes: Scopes.meta({ description: "What it allows, of what you may do yourself." }),
};

export const RoleCreateRequest = strictObject({
  key: RoleKey,
  ...fields,
  description: Text.nullable().default(null),
}).meta({ id: "RoleCreateRequest" });

export const RolePatchRequest = strictObject({
  ...fields,
  description: Text.nullable().meta({ description: "`null` removes it." }),
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "RolePatchRequest" });

export const RoleResponse = z
  .object({
    key: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    scopes: ScopeList,
    version: Version,
    createdAtMs: EpochMs,
    updatedAtMs: EpochMs,
  })
  .meta({ id: "Role" });

const BuiltInRoleResponse = z
  .object({ key: z.string(), description: z.string(), scopes: ScopeList })
  .meta({ id: "BuiltInRole" });

export const RolePage = pageOf(RoleResponse)
  .extend({
    builtIn: z
      .array(BuiltInRoleResponse)
      .meta({ description: "The roles that every organisation has; the same on each page." }),
  })
  .meta({ id: "RolePage" });
