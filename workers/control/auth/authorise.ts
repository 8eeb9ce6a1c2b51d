import { targetOfPlace } from "../../../src/app/access/grant-place.ts";
import { demandFeature } from "../../../src/app/organisations/demand-feature.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { can, canEverywhere, canWithin } from "../../../src/core/access/can.ts";
import type { Because } from "../../../src/core/access/can.ts";
import type { Access } from "../../../src/core/access/grant.ts";
import { permitsEverywhere, permitsOn } from "../../../src/core/access/permits.ts";
import type { Scope } from "../../../src/core/access/scopes.ts";
import { settled } from "../http/access-problem.ts";
import { valueOf } from "../http/app-problem.ts";
import { ProblemError } from "../http/problem.ts";
import type { Services } from "../services.ts";
import type { Credential } from "./credential.ts";
import { scopeMissing } from "./scope-missing.ts";

export interface Attempt {
  /** Id of the endpoint. */
  readonly action: string;
  readonly endpoint: EndpointDefinition;
  /** What the path names, checked. */
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
}

const NOTHING: Access = { grants: [], ceiling: [] };

type Needs = Pick<Services, "access" | "audit" | "now" | "organisations">;

/**
 * What the credential permits where the attempt is aimed. Throws a `ProblemError` unless that covers
 * what is attempted.
 */
export async function authorise(
  credential: Credential,
  attempt: Attempt,
  services: Needs,
): Promise<Access> {
  const { scope, feature } = attempt.endpoint;
  if (scope === "public" || scope === "any") return NOTHING;
  if (scope === "self") return demandPerson(credential);
  const { because, permits } = await judge(credential, scope, attempt, services);
  if (because === "granted") {
    if (feature !== undefined) {
      settled(await demandFeature(credential.organisationId, feature, services));
    }
    return permits;
  }
  throw scopeMissing({ scope, because }, credential.actor.name);
}

async function judge(
  { access, organisationId }: Credential,
  scope: Scope,
  { endpoint, params }: Attempt,
  services: Needs,
): Promise<{ readonly because: Because; readonly permits: Access }> {
  const everywhere = canEverywhere(access, scope, organisationId);
  if (everywhere !== null) {
    return { because: everywhere.because, permits: permitsEverywhere(access, organisationId) };
  }
  const { project, environment, flag } = params;
  const place = { organisationId, project, environment, flag };
  const target = valueOf(await targetOfPlace(place, services));
  const isWithin = endpoint.within === true && canWithin(access, scope, target);
  const because = isWithin ? "granted" : can(access, scope, target).because;
  return { because, permits: permitsOn(access, target) };
}

function demandPerson({ actor }: Credential): Access {
  if (actor.kind === "user") return NOTHING;
  throw new ProblemError("auth.person-required", {
    detail:
      `"${actor.name}" is no person, and this is about the caller as one. Sign in, or use a ` +
      "personal token.",
  });
}
