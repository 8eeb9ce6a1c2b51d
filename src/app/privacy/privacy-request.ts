import type { Actor } from "../../core/authority/actor.ts";
import type { EnvironmentId } from "../../core/brand.ts";
import {
  PLACE_NAMES,
  isLate,
  type PlaceName,
  type REQUEST_KINDS,
  type REQUEST_STATES,
} from "../../core/privacy/places.ts";

export type PrivacyRequestKind = (typeof REQUEST_KINDS)[number];
export type PrivacyRequestState = (typeof REQUEST_STATES)[number];

/** A request to hand out, or to erase, what is stored of one unit. */
export interface PrivacyRequest {
  readonly id: string;
  readonly organisationId: string;
  readonly kind: PrivacyRequestKind;
  /** `null` once an erasure is done. */
  readonly unit: string | null;
  /** The unit masked, for people. */
  readonly unitShown: string;
  /** The attribute of contexts whose value the unit is. */
  readonly attribute: string;
  readonly environments: readonly RequestedEnvironment[];
  readonly state: PrivacyRequestState;
  /** Index of the place in `placesOf` that is looked at. */
  readonly place: number;
  /** Where in the place the next step begins; `null`: at its beginning. */
  readonly placeAfter: string | null;
  readonly report: readonly PlaceReport[];
  readonly actor: Actor;
  readonly reason: string;
  readonly requestId: string;
  readonly version: number;
  /** Milliseconds since the Unix epoch, as all moments here. Until then a runner is at work. */
  readonly leaseUntilMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly finishedAtMs: number | null;
  /** When an export's parts were deleted; `null`: they were not. */
  readonly expiredAtMs: number | null;
}

export interface RequestedEnvironment {
  readonly id: EnvironmentId;
  readonly project: string;
  readonly environment: string;
}

/** What was found and done in one place. */
export interface PlaceReport {
  readonly place: PlaceName;
  /** `project/environment`; `null`: the place is the organisation's. */
  readonly environment: string | null;
  /** Documents, objects or rows that were looked at. */
  readonly looked: number;
  /** Events, documents or rows of the unit. */
  readonly found: number;
  readonly erased: number;
  /** What stays, and on which ground: the first of them. */
  readonly kept: readonly Kept[];
  readonly keptCount: number;
}

export interface Kept {
  readonly what: string;
  readonly why: string;
}

const OF_ORGANISATION: ReadonlySet<PlaceName> = new Set([
  "audit-log",
  "repeatable-answers",
  "exports",
  "late-exports",
]);

export interface Place {
  readonly kind: PlaceName;
  /** `null`: the whole organisation. */
  readonly environment: RequestedEnvironment | null;
}

/** The places that a request looks at, in order. Environments one after the other, late places last. */
export function placesOf({
  kind,
  environments,
}: Pick<PrivacyRequest, "kind" | "environments">): readonly Place[] {
  return PLACE_NAMES.filter(
    (place) => kind === "erasure" || !(place === "exports" || isLate(place)),
  ).flatMap((place): Place[] =>
    OF_ORGANISATION.has(place)
      ? [{ kind: place, environment: null }]
      : environments.map((environment) => ({ kind: place, environment })),
  );
}

/** Something of the unit, as an export hands it out. */
export interface ExportedItem {
  readonly place: PlaceName;
  /** `project/environment`; `null`: the place is the organisation's. */
  readonly environment: string | null;
  /** Which document, object or entry it is of. */
  readonly of: string;
  readonly data: unknown;
}

/** What one step has come to. */
export interface StepResult {
  readonly looked: number;
  readonly found: number;
  readonly erased: number;
  readonly kept: readonly Kept[];
  readonly items: readonly ExportedItem[];
  /** Where the next step in this place begins; `null`: the place is done. */
  readonly next: string | null;
}

export const NOTHING: StepResult = {
  looked: 0,
  found: 0,
  erased: 0,
  kept: [],
  items: [],
  next: null,
};
