import type { Access, Grant, GrantReach, GrantTag, Target } from "./grant.ts";
import type { Scope } from "./scopes.ts";

/** Why it is so. Only `granted` allows. */
export type Because =
  | "granted"
  /** A grant that denies fits, and nothing outweighs it. */
  | "denied"
  /** No grant gives the scope here. */
  | "not-granted"
  /** The token was issued for less, whatever its owner may do. */
  | "beyond-token";

export interface Decision {
  readonly allowed: boolean;
  readonly because: Because;
}

const decided = (because: Because): Decision => ({ allowed: because === "granted", because });

/**
 * Whether somebody may do something there: the one place where this is decided, for routes,
 * Durable Objects and the dashboard alike. A grant that denies wins over any that allows, however
 * wide or narrow either is; without one that allows, nothing is allowed. What cannot be had in
 * parts is denied to whoever is denied any part of it.
 */
export function can({ grants, ceiling }: Access, action: Scope, target: Target): Decision {
  if (ceiling !== null && !ceiling.includes(action)) return decided("beyond-token");
  const isWanted = isUndivided(action, target) ? isPartOf : reaches;
  const about = grants.filter(({ scopes }) => scopes.includes(action));
  if (about.some(({ effect, on }) => effect === "deny" && isWanted(on, target))) {
    return decided("denied");
  }
  const isGranted = about.some(({ effect, on }) => effect === "allow" && reaches(on, target));
  return decided(isGranted ? "granted" : "not-granted");
}

/**
 * Audit and privacy are asked of the organisation, and answer about all that is in it: their
 * endpoints cannot leave one environment out.
 */
const isUndivided = (action: Scope, { projectId }: Target) =>
  projectId === null && (action.startsWith("audit:") || action.startsWith("privacy:"));

const isPartOf = (on: GrantReach, { organisationId }: Target) =>
  fits(on.organisationId, organisationId);

/**
 * What holds anywhere in the organisation, so that nobody need look up what a request is aimed at;
 * `null`: it depends on that.
 */
export function canEverywhere(
  { grants, ceiling }: Access,
  action: Scope,
  organisationId: string,
): Decision | null {
  if (ceiling !== null && !ceiling.includes(action)) return decided("beyond-token");
  const about = grants.filter(
    ({ scopes, on }) =>
      scopes.includes(action) && (on.organisationId ?? organisationId) === organisationId,
  );
  if (about.length === 0) return decided("not-granted");
  if (about.some((grant) => grant.effect === "deny" && isWhole(grant))) return decided("denied");
  if (about.some((grant) => grant.effect === "deny")) return null;
  return about.some(isWhole) ? decided("granted") : null;
}

/**
 * Whether somebody may do something with any of what is inside the target, so that a list of it
 * may be asked for: what it shows is decided for each item.
 */
export function canWithin({ grants, ceiling }: Access, action: Scope, target: Target): boolean {
  if (ceiling !== null && !ceiling.includes(action)) return false;
  const about = grants.filter(({ scopes }) => scopes.includes(action));
  if (about.some(({ effect, on }) => effect === "deny" && reaches(on, target))) return false;
  return about.some(({ effect, on }) => effect === "allow" && reachesInto(on, target));
}

/**
 * The scopes of `wanted` that `access` does not hold all over `reach`, and so may not hand on.
 * A deny of one's own anywhere within `reach` counts against the scope: whoever is kept out of a
 * place does not let others in.
 */
export function beyond(
  access: Access,
  wanted: readonly Scope[],
  reach: GrantReach,
): readonly Scope[] {
  return wanted.filter((scope) => !holdsAllOver(access, scope, reach));
}

function holdsAllOver({ grants, ceiling }: Access, scope: Scope, reach: GrantReach): boolean {
  if (ceiling !== null && !ceiling.includes(scope)) return false;
  const about = grants.filter(({ scopes }) => scopes.includes(scope));
  if (about.some(({ effect, on }) => effect === "deny" && overlap(on, reach))) return false;
  return about.some(({ effect, on }) => effect === "allow" && contains(on, reach));
}

const isWhole = ({ on }: Grant) =>
  on.unitId === null && on.projectId === null && on.environmentId === null && on.tag === null;

const reaches = (on: GrantReach, target: Target): boolean =>
  fitsPlace(on, target) && (on.tag === null || isTagged(target, on.tag));

/** The organisation and what it is made of, without tags. */
type Place = Omit<GrantReach, "tag">;

const fitsPlace = (wanted: Place, is: Place): boolean =>
  fits(wanted.organisationId, is.organisationId) &&
  fits(wanted.unitId, is.unitId) &&
  fits(wanted.projectId, is.projectId) &&
  fits(wanted.environmentId, is.environmentId);

/** Something that the target is or holds may be what is granted. */
function reachesInto(on: GrantReach, target: Target): boolean {
  const { organisationId, unitId, projectId, environmentId, tags } = target;
  const isUnitOpen = projectId === null;
  return (
    fits(on.organisationId, organisationId) &&
    (fits(on.unitId, unitId) || (isUnitOpen && unitId === null)) &&
    (fits(on.projectId, projectId) || projectId === null) &&
    (fits(on.environmentId, environmentId) || environmentId === null) &&
    (on.tag === null || tags === null || isTagged(target, on.tag))
  );
}

const isTagged = ({ tags }: Target, wanted: GrantTag) =>
  tags !== null && tags.some((tag) => carries(wanted, tag));

const fits = (wanted: string | null, is: string | null) => wanted === null || wanted === is;

const carries = (wanted: GrantTag, tag: { readonly name: string; readonly value: string }) =>
  wanted.name === tag.name && (wanted.value === null || wanted.value === tag.value);

/** Everything that `inner` reaches, `outer` reaches. */
const contains = (outer: GrantReach, inner: GrantReach): boolean =>
  fitsPlace(outer, inner) &&
  (outer.tag === null || (inner.tag !== null && narrows(inner.tag, outer.tag)));

const narrows = (inner: GrantTag, outer: GrantTag) =>
  inner.name === outer.name && (outer.value === null || outer.value === inner.value);

/** There may be something that both reach: they name no two different things on one level. */
function overlap(a: GrantReach, b: GrantReach): boolean {
  return !(
    apart(a.organisationId, b.organisationId) ||
    apart(a.unitId, b.unitId) ||
    apart(a.projectId, b.projectId) ||
    apart(a.environmentId, b.environmentId)
  );
}

const apart = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
