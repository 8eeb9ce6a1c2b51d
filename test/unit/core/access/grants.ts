import * as fc from "fast-check";
import type { Access, Grant, GrantReach, Target } from "../../../../src/core/access/grant.ts";
import type { Scope } from "../../../../src/core/access/scopes.ts";

export const ORG = "acme";

/** Few of everything, so that grants and targets meet often. */
const SCOPES: readonly Scope[] = ["flags:read", "flags:write", "projects:read"];
const UNITS = ["u1", "u2"];
const PROJECTS = ["p1", "p2"];
const ENVIRONMENTS = ["e1", "e2"];
const VALUES = ["a", "b"];

const orNull = (values: readonly string[]) => fc.constantFrom(null, ...values);

export const aScope = fc.constantFrom(...SCOPES);
export const scopesOf = fc.subarray([...SCOPES]);

const aTag = fc.record({ name: fc.constantFrom("t1", "t2"), value: fc.constantFrom(...VALUES) });

export const aReach: fc.Arbitrary<GrantReach> = fc.record({
  organisationId: fc.constantFrom(null, ORG, ORG, ORG, "rival"),
  unitId: orNull(UNITS),
  projectId: orNull(PROJECTS),
  environmentId: orNull(ENVIRONMENTS),
  tag: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    fc.record({ name: fc.constantFrom("t1", "t2"), value: orNull(VALUES) }),
  ),
});

const whole: fc.Arbitrary<GrantReach> = fc.record({
  organisationId: fc.constantFrom(null, ORG),
  unitId: fc.constant(null),
  projectId: fc.constant(null),
  environmentId: fc.constant(null),
  tag: fc.constant(null),
});

export const aGrant: fc.Arbitrary<Grant> = fc.record({
  effect: fc.constantFrom("allow", "allow", "deny"),
  scopes: scopesOf,
  on: fc.oneof(aReach, whole),
});

export const anAccess: fc.Arbitrary<Access> = fc.record({
  grants: fc.array(aGrant, { maxLength: 6 }),
  ceiling: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, scopesOf),
});

/** Something in the organisation, at any level. */
export const aTarget: fc.Arbitrary<Target> = fc
  .record({
    unitId: orNull(UNITS),
    projectId: orNull(PROJECTS),
    environmentId: orNull(ENVIRONMENTS),
    tags: fc.option(fc.array(aTag, { maxLength: 3 })),
  })
  .map(({ unitId, projectId, environmentId, tags }) => ({
    organisationId: ORG,
    unitId,
    projectId,
    environmentId: projectId === null ? null : environmentId,
    tags: projectId === null ? null : tags,
  }));

export const reach = (on: Partial<GrantReach> = {}): GrantReach => ({
  organisationId: ORG,
  unitId: null,
  projectId: null,
  environmentId: null,
  tag: null,
  ...on,
});

export const target = (on: Partial<Target> = {}): Target => ({
  organisationId: ORG,
  unitId: null,
  projectId: null,
  environmentId: null,
  tags: null,
  ...on,
});

/** Grants, and nothing that narrows them. */
export const access = (...grants: readonly Grant[]): Access => ({ grants, ceiling: null });
export const allow = (scopes: readonly Scope[], on: Partial<GrantReach> = {}): Grant => ({
  effect: "allow",
  scopes,
  on: reach(on),
});
export const deny = (scopes: readonly Scope[], on: Partial<GrantReach> = {}): Grant => ({
  effect: "deny",
  scopes,
  on: reach(on),
});
