import type { Applied } from "../../../src/core/authority/authority-api.ts";
import { invariant } from "../../../src/core/result.ts";
import { switchFlags } from "../../../src/app/flags/switch-flags.ts";
import type { Place } from "../../../src/app/environments/environment.ts";
import { valueOf } from "../http/app-problem.ts";
import { changedFlag } from "./applied.ts";
import { placeOf, withReason } from "./call.ts";
import type { Handler } from "./handler.ts";

/** Where the arrival of a revision can be followed. */
const linksOf = ({ project, environment }: Omit<Place, "organisationId">, revision: number) => ({
  propagation: `/api/v1/projects/${project}/environments/${environment}/revisions/${revision}/propagation`,
});

/** The answer to a kill or unkill of one flag. */
export function switchedFlag(place: Omit<Place, "organisationId">, applied: Applied) {
  const answer = changedFlag(applied);
  return { ...answer, body: { ...answer.body, links: linksOf(place, answer.body.revision) } };
}

function switched(place: Place, dryRun: boolean, applied: Applied) {
  const { revision, acceptedAtMs, changed, changedDocuments, flags, replayed } = applied;
  invariant(flags !== undefined, "the authority answered without the flags");
  const change = { revision, acceptedAtMs, changed, changedDocuments, dryRun, flags };
  const body = { ...change, links: linksOf(place, revision) };
  return { body, version: revision, revision, replayed };
}

export const killSwitchHandlers: {
  readonly [Id in "environments.kill" | "environments.unkill"]: Handler<Id>;
} = {
  "environments.kill": async ({ params, body, expectedVersion, caller }, services) => {
    const { reason: _, ...asked } = body;
    const place = placeOf(params, caller);
    const input = {
      kind: "environment.kill",
      ...asked,
      expectedRevision: expectedVersion,
    } as const;
    const call = { place, ...input, caller: withReason(caller, body) };
    return switched(place, body.dryRun, valueOf(await switchFlags(call, services)));
  },

  "environments.unkill": async ({ params, body, expectedVersion, caller }, services) => {
    const { reason: _, ...asked } = body;
    const place = placeOf(params, caller);
    const input = {
      kind: "environment.unkill",
      ...asked,
      expectedRevision: expectedVersion,
    } as const;
    const call = { place, ...input, caller: withReason(caller, body) };
    return switched(place, body.dryRun, valueOf(await switchFlags(call, services)));
  },
};
