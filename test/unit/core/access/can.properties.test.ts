import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beyond, can, canEverywhere, canWithin } from "../../../../src/core/access/can.ts";
import type { Grant, GrantReach, Target } from "../../../../src/core/access/grant.ts";
import { cannotGive, cannotLift } from "../../../../src/core/access/handing-on.ts";
import { ORG, aGrant, aReach, aScope, aTarget, anAccess, scopesOf } from "./grants.ts";

const RUNS = { numRuns: 3_000 };

/** Whether the grant alone says anything about the scope there. */
const speaks = (grant: Grant, scope: Parameters<typeof can>[1], at: Target) =>
  can({ grants: [grant], ceiling: null }, scope, at).because !== "not-granted";

/** Whether the target is one of those that the reach covers. */
const covers = (on: GrantReach, at: Target) =>
  speaks({ effect: "allow", scopes: ["flags:read"], on }, "flags:read", at);

describe("can", () => {
  it("is what grants that fit say: a deny wins over any number of allows", () => {
    fc.assert(
      fc.property(anAccess, aScope, aTarget, (access, scope, at) => {
        const fitting = access.grants.filter((grant) => speaks(grant, scope, at));
        const isWithin = access.ceiling === null || access.ceiling.includes(scope);
        const expected =
          isWithin && fitting.length > 0 && fitting.every(({ effect }) => effect === "allow");
        expect(can(access, scope, at).allowed).toBe(expected);
      }),
      RUNS,
    );
  });

  it("never allows more for one deny more, nor less for one allow more", () => {
    fc.assert(
      fc.property(anAccess, aGrant, aScope, aTarget, (access, grant, scope, at) => {
        const before = can(access, scope, at).allowed;
        const after = can({ ...access, grants: [...access.grants, grant] }, scope, at).allowed;
        if (grant.effect === "deny") expect(before || !after).toBe(true);
        else expect(!before || after).toBe(true);
      }),
      RUNS,
    );
  });

  it("does not depend on the order of grants", () => {
    fc.assert(
      fc.property(anAccess, aScope, aTarget, (access, scope, at) => {
        const turned = { ...access, grants: access.grants.toReversed() };
        expect(can(turned, scope, at)).toEqual(can(access, scope, at));
      }),
      RUNS,
    );
  });

  it("is only narrowed by a ceiling", () => {
    fc.assert(
      fc.property(anAccess, scopesOf, aScope, aTarget, (access, ceiling, scope, at) => {
        const free = { ...access, ceiling: null };
        const narrowed = can({ ...access, ceiling }, scope, at).allowed;
        expect(narrowed).toBe(can(free, scope, at).allowed && ceiling.includes(scope));
      }),
      RUNS,
    );
  });

  it("hears nothing of another organisation's grants", () => {
    fc.assert(
      fc.property(anAccess, aScope, aTarget, (access, scope, at) => {
        const own = access.grants.filter(({ on }) => on.organisationId !== "rival");
        const here = { ...access, grants: own };
        expect(can(access, scope, at)).toEqual(can(here, scope, at));
        expect(canEverywhere(access, scope, ORG)).toEqual(canEverywhere(here, scope, ORG));
        expect(canWithin(access, scope, at)).toBe(canWithin(here, scope, at));
      }),
      RUNS,
    );
  });
});

describe("canEverywhere", () => {
  it("says of the whole organisation what can says of each thing in it", () => {
    fc.assert(
      fc.property(anAccess, aScope, aTarget, (access, scope, at) => {
        const everywhere = canEverywhere(access, scope, ORG);
        if (everywhere !== null) expect(can(access, scope, at)).toEqual(everywhere);
      }),
      RUNS,
    );
  });
});

/** Whether `inner` is `outer`, or something in it. */
const isIn = (inner: Target, outer: Target) =>
  (outer.projectId === null
    ? outer.unitId === null || inner.unitId === outer.unitId
    : inner.projectId === outer.projectId && inner.unitId === outer.unitId) &&
  (outer.environmentId === null || inner.environmentId === outer.environmentId) &&
  (outer.tags === null || JSON.stringify(inner.tags) === JSON.stringify(outer.tags));

describe("canWithin", () => {
  it("lets nobody be refused a list in which there is something for them", () => {
    fc.assert(
      fc.property(anAccess, aScope, aTarget, aTarget, (access, scope, outer, inner) => {
        fc.pre(isIn(inner, outer));
        if (!can(access, scope, inner).allowed) return;
        // A deny on the outer one that does not reach the inner: by a tag that only it has.
        if (can(access, scope, outer).because === "denied") return;
        expect(canWithin(access, scope, outer)).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  it("lets nobody in whom nothing allows", () => {
    fc.assert(
      fc.property(anAccess, aScope, aTarget, (access, scope, at) => {
        const denies = {
          ...access,
          grants: access.grants.filter(({ effect }) => effect === "deny"),
        };
        expect(canWithin(denies, scope, at)).toBe(false);
      }),
      RUNS,
    );
  });
});

describe("beyond", () => {
  it("leaves out only what is held at every target that the reach covers", () => {
    fc.assert(
      fc.property(anAccess, aScope, aReach, aTarget, (access, scope, on, at) => {
        fc.pre(covers(on, at));
        if (beyond(access, [scope], on).length > 0) return;
        expect(can(access, scope, at).allowed).toBe(true);
      }),
      RUNS,
    );
  });

  it("lets what is handed on allow nothing that the giver may not do", () => {
    fc.assert(
      fc.property(anAccess, aGrant, aScope, aTarget, (giver, grant, scope, at) => {
        fc.pre(grant.effect === "allow" && cannotGive(giver, [grant]).length === 0);
        const receiver = { grants: [grant], ceiling: null };
        if (can(receiver, scope, at).allowed) expect(can(giver, scope, at).allowed).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("cannotLift", () => {
  it("lets a deny of others be taken only by whoever may do there what it denies", () => {
    fc.assert(
      fc.property(anAccess, aGrant, aScope, aTarget, (taker, grant, scope, at) => {
        const lacking = cannotLift(taker, [grant], { organisationId: ORG, isOwn: false });
        fc.pre(lacking.length === 0 && speaks(grant, scope, at));
        expect(can(taker, scope, at).allowed).toBe(true);
      }),
      // Most grants that chance makes are not the taker's to lift.
      { numRuns: 300 },
    );
  });
});
