import { maskText, maskUnit } from "../../core/privacy/mask.ts";
import { SHORTEST_MENTION } from "../../core/privacy/subject.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import type { PrivacyRequest, PrivacyRequestKind } from "./privacy-request.ts";
import type { PrivacyRequestStore } from "./privacy-store.ts";
import { placeName } from "./step-deps.ts";

export interface CreateRequestInput {
  readonly kind: PrivacyRequestKind;
  readonly unit: string;
  readonly attribute: string;
  /** `project/environment`; absent: all. */
  readonly environments?: readonly string[];
  readonly reason: string;
  readonly caller: Caller;
}

export interface UnknownEnvironments {
  readonly kind: "unknown-environments";
  /** As they were named. */
  readonly environments: readonly string[];
}

export interface CreateRequestDeps {
  readonly privacyRequests: PrivacyRequestStore;
  readonly now: () => number;
}

/** Writes down a request; `runRequest` does the work. A repetition answers what the first one made. */
export async function createRequest(
  { caller, environments: named, ...input }: CreateRequestInput,
  { privacyRequests, now }: CreateRequestDeps,
): Promise<Result<PrivacyRequest, UnknownEnvironments>> {
  const id = derivedId(caller.commandId);
  const before = await privacyRequests.find(caller.organisationId, id);
  if (before !== undefined) return ok(before);
  const all = await privacyRequests.environmentsOf(caller.organisationId);
  const names = new Set(all.map(placeName));
  const unknown = (named ?? []).filter((name) => !names.has(name));
  if (unknown.length > 0) return err({ kind: "unknown-environments", environments: unknown });
  const nowMs = now();
  const request: PrivacyRequest = {
    ...input,
    reason: withoutUnit(input.reason, input.unit),
    id,
    organisationId: caller.organisationId,
    unitShown: maskUnit(input.unit),
    environments: all.filter((each) => named === undefined || named.includes(placeName(each))),
    state: "running",
    place: 0,
    placeAfter: null,
    report: [],
    actor: caller.actor,
    requestId: caller.requestId,
    version: 1,
    leaseUntilMs: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    finishedAtMs: null,
    expiredAtMs: null,
  };
  await privacyRequests.insert(request, caller);
  return ok(request);
}

/** The reason stays in the audit log, so it must not say whom it is about. */
const withoutUnit = (reason: string, unit: string): string =>
  maskText(unit.length < SHORTEST_MENTION ? reason : reason.replaceAll(unit, maskUnit(unit)));
