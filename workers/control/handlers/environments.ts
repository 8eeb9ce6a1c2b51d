import { applyCommand } from "../../../src/app/environments/apply-command.ts";
import { createEnvironment } from "../../../src/app/environments/create-environment.ts";
import type { Environment } from "../../../src/app/environments/environment.ts";
import { findEnvironment } from "../../../src/app/environments/find-environment.ts";
import { listEnvironments } from "../../../src/app/environments/list-environments.ts";
import { patchEnvironment } from "../../../src/app/environments/patch-environment.ts";
import { demandFeature } from "../../../src/app/organisations/demand-feature.ts";
import { jurisdictionOf, type Jurisdiction } from "../../../src/core/jurisdiction.ts";
import { settled } from "../http/access-problem.ts";
import { valueOf } from "../http/app-problem.ts";
import { ProblemError } from "../http/problem.ts";
import type { Services } from "../services.ts";
import { placeOf, withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { killSwitchHandlers } from "./kill-switch.ts";
import { keyPage, keyPageRequest } from "./page.ts";

function toResponse(environment: Environment) {
  const { projectId: _, initialisedAtMs, ...shown } = environment;
  const jurisdiction = jurisdictionOf(environment.id) ?? ("none" as const);
  return { ...shown, jurisdiction, ready: initialisedAtMs !== null };
}

const answer = (environment: Environment) => ({
  body: toResponse(environment),
  version: environment.version,
});

export const environmentHandlers: HandlersOf<"environments"> = {
  ...killSwitchHandlers,

  "environments.list": async ({ params, query, caller }, services) => {
    const input = { ...caller, ...params, page: keyPageRequest(query) };
    return { body: keyPage(valueOf(await listEnvironments(input, services)), toResponse) };
  },

  "environments.create": async ({ params, body, caller }, services) => {
    const { key, name, production, tags, salt } = body;
    const jurisdiction = body.jurisdiction === "none" ? null : body.jurisdiction;
    if (jurisdiction !== null) {
      settled(await demandFeature(caller.organisationId, "data-residency", services));
      demandJurisdiction(jurisdiction, services);
    }
    const input = { ...params, key, name, production, tags, salt, jurisdiction, caller };
    return answer(valueOf(await createEnvironment(input, services)));
  },

  "environments.get": async ({ params, caller }, services) => {
    const environment = valueOf(await findEnvironment(placeOf(params, caller), services));
    const status =
      environment.initialisedAtMs === null
        ? null
        : valueOf(await services.authorities.of(environment.id).status());
    const body = {
      ...toResponse(environment),
      status: status && {
        revision: status.revision,
        flags: status.flags,
        segments: status.segments,
        outbox: status.outbox,
      },
    };
    return { body, version: environment.version, live: true };
  },

  "environments.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const input = { place: placeOf(params, caller), patch: body, expectedVersion, caller };
    return answer(valueOf(await patchEnvironment(input, services)));
  },

  "environments.rollback": async ({ params, body, expectedVersion, caller }, services) => {
    const command = {
      kind: "environment.rollback",
      toRevision: body.toRevision,
      expectedRevision: expectedVersion,
    } as const;
    const input = { place: placeOf(params, caller), command, caller: withReason(caller, body) };
    const applied = valueOf(await applyCommand(input, services));
    const { revision, acceptedAtMs, changed, changedDocuments, replayed } = applied;
    const change = { revision, acceptedAtMs, changed, changedDocuments };
    return { body: change, version: revision, revision, replayed };
  },
};

/** Before anything is entered that the platform then cannot make. */
function demandJurisdiction(
  jurisdiction: Jurisdiction,
  { offersJurisdiction }: Pick<Services, "offersJurisdiction">,
): void {
  if (offersJurisdiction(jurisdiction)) return;
  throw new ProblemError("environment.jurisdiction-unavailable", {
    detail:
      `This installation runs where objects cannot be kept in the jurisdiction "${jurisdiction}": ` +
      "workerd on a machine of one's own keeps everything there. Leave `jurisdiction` out.",
  });
}
