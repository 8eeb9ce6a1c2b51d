import type { Access } from "../../../src/core/access/grant.ts";
import type { Scope } from "../../../src/core/access/scopes.ts";

/** Access to all of any organisation, with these scopes. */
export const allowing = (scopes: readonly Scope[]): Access => ({
  grants: [
    {
      effect: "allow",
      scopes,
      on: { organisationId: null, unitId: null, projectId: null, environmentId: null, tag: null },
    },
  ],
  ceiling: null,
});
