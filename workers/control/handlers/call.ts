import type { Caller } from "../../../src/app/caller.ts";
import type { Place } from "../../../src/app/environments/environment.ts";

export const placeOf = (
  params: { readonly project: string; readonly environment: string },
  caller: Caller,
): Place => ({
  organisationId: caller.organisationId,
  project: params.project,
  environment: params.environment,
});

/** A reason in the body goes before one in the header. */
export const withReason = (caller: Caller, body: { readonly reason?: string }): Caller => ({
  ...caller,
  reason: body.reason ?? caller.reason,
});
