import type { EnvironmentId } from "../../core/brand.ts";
import type { Subject } from "../../core/privacy/subject.ts";
import { type UnitMatcher, unitMatcher } from "../../core/privacy/event-privacy.ts";
import { invariant } from "../../core/result.ts";
import type { Authorities } from "../authorities.ts";
import type { PrivacyRequest, RequestedEnvironment } from "./privacy-request.ts";
import type { AuditDetails, DeadLetterScan, RawEventObjects } from "./privacy-store.ts";

/** What the steps of a request need of the world. */
export interface StepDeps {
  readonly authorities: Authorities;
  readonly rawEvents: RawEventObjects;
  readonly deadLetterScan: DeadLetterScan;
  readonly auditDetails: AuditDetails;
  /** What the environment's unit keys are or were hashed with; `null`: they never were. */
  readonly pepperOf: (environmentId: EnvironmentId) => Promise<Uint8Array | null>;
}

/** One step in a place of an environment. */
export interface EnvironmentTask {
  readonly request: PrivacyRequest;
  readonly environment: RequestedEnvironment;
  readonly after: string | null;
}

export function subjectOf({ unit, attribute }: PrivacyRequest): Subject {
  invariant(unit !== null, "a request knows its unit until it is done");
  return { attribute, value: unit };
}

export async function matcherOf(
  { request, environment }: EnvironmentTask,
  { pepperOf }: StepDeps,
): Promise<UnitMatcher> {
  const pepper = await pepperOf(environment.id);
  return unitMatcher(subjectOf(request), pepper === null ? [] : [pepper]);
}

/** What a stored text holds; the text itself if it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const placeName = ({ project, environment }: RequestedEnvironment): string =>
  `${project}/${environment}`;
