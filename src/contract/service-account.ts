import { z } from "zod";
import { EpochMs, Name, Text, Version, pageOf } from "./fields.ts";
import { strictObject } from "./strict-object.ts";

export const ServiceAccountParams = z.object({
  serviceAccount: z.string().regex(/^[a-z0-9]{8,32}$/, "use the `id` that the list gives"),
});

export const ServiceAccountCreateRequest = strictObject({
  name: Name.meta({ description: "Unique in the organisation." }),
  description: Text.exactOptional(),
}).meta({ id: "ServiceAccountCreateRequest" });

export const ServiceAccountPatchRequest = strictObject({
  name: Name,
  description: Text.nullable().meta({ description: "`null` removes it." }),
})
  .exactPartial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "ServiceAccountPatchRequest" });

export const ServiceAccountResponse = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    disabledAtMs: EpochMs.nullable().meta({
      description: "Since when its tokens are refused; `null`: it works.",
    }),
    version: Version,
    createdAtMs: EpochMs,
    updatedAtMs: EpochMs,
  })
  .meta({ id: "ServiceAccount" });
export const ServiceAccountPage = pageOf(ServiceAccountResponse).meta({ id: "ServiceAccountPage" });

export const ServiceAccountDeletedResponse = z
  .object({ id: z.string() })
  .meta({ id: "ServiceAccountDeleted" });
