import { describe, expect, it } from "vitest";
import { beyond, can, canEverywhere, canWithin } from "../../../../src/core/access/can.ts";
import { wholeReach } from "../../../../src/core/access/grant.ts";
import { cannotLift } from "../../../../src/core/access/handing-on.ts";
import { ALL_SCOPES } from "../../../../src/core/access/scopes.ts";
import { ORG, access, allow, deny, reach, target } from "./grants.ts";

const write = ["flags:write"] as const;
const prod = target({ unitId: "u1", projectId: "p1", environmentId: "prod", tags: [] });

const tagged = (value: string) => ({ ...prod, tags: [{ name: "team", value }] });

describe("can", () => {
  it("allows nothing to whoever has no grant", () => {
    expect(can(access(), "flags:write", prod)).toEqual({ allowed: false, because: "not-granted" });
  });

  it.each([
    ["the installation", { organisationId: null }],
    ["the organisation", {}],
    ["the unit", { unitId: "u1" }],
    ["the project", { projectId: "p1" }],
    ["the environment", { environmentId: "prod" }],
  ])("allows by a grant on %s", (_, on) => {
    expect(can(access(allow(write, on)), "flags:write", prod).allowed).toBe(true);
  });

  it.each([
    ["another organisation", { organisationId: "rival" }],
    ["another unit", { unitId: "u2" }],
    ["another project", { projectId: "p2" }],
    ["another environment", { environmentId: "dev" }],
    ["a tag that it lacks", { tag: { name: "team", value: null } }],
  ])("allows nothing by a grant on %s", (_, on) => {
    expect(can(access(allow(write, on)), "flags:write", prod).because).toBe("not-granted");
  });

  it("wants all that a grant names to fit at once", () => {
    const on = { projectId: "p1", tag: { name: "team", value: "web" } };
    const grants = access(allow(write, on));
    expect(can(grants, "flags:write", tagged("web")).allowed).toBe(true);
    expect(can(grants, "flags:write", tagged("app")).allowed).toBe(false);
    expect(can(grants, "flags:write", { ...tagged("web"), projectId: "p2" }).allowed).toBe(false);
  });

  it("takes a tag without value for any of its values", () => {
    const grants = access(allow(write, { tag: { name: "team", value: null } }));
    const at = { ...prod, tags: [{ name: "team", value: "anything" }] };
    expect(can(grants, "flags:write", at).allowed).toBe(true);
  });

  it("denies by the narrowest deny over the widest allow, and by the widest over the narrowest", () => {
    const narrow = { environmentId: "prod" };
    const everywhere = { organisationId: null };
    for (const [yes, no] of [
      [everywhere, narrow],
      [narrow, everywhere],
    ] as const) {
      const both = access(allow(write, yes), deny(write, no));
      expect(can(both, "flags:write", prod).because).toBe("denied");
    }
  });

  it("tells a token that was issued for less from an owner who may not", () => {
    const narrowed = { ...access(allow(write)), ceiling: ["flags:read"] as const };
    expect(can(narrowed, "flags:write", prod).because).toBe("beyond-token");
    expect(can(narrowed, "flags:read", prod).because).toBe("not-granted");
  });
});

describe("can, of what the organisation is asked as a whole", () => {
  const read = ["audit:read", "privacy:write", "members:read"] as const;
  const kept = access(allow(read), deny(read, { projectId: "p1", environmentId: "prod" }));

  it("lets a deny anywhere inside bar audit and privacy, which leave no place out", () => {
    expect(can(kept, "audit:read", target()).because).toBe("denied");
    expect(can(kept, "privacy:write", target()).because).toBe("denied");
    expect(can(kept, "members:read", target()).because).toBe("granted");
    const tagged = access(allow(read), deny(read, { tag: { name: "t1", value: null } }));
    expect(can(tagged, "audit:read", target()).because).toBe("denied");
    const elsewhere = access(allow(read), deny(read, { organisationId: "rival", unitId: "u1" }));
    expect(can(elsewhere, "audit:read", target()).because).toBe("granted");
  });

  it("is not given by an allow in a part", () => {
    const part = access(allow(read, { projectId: "p1" }));
    expect(can(part, "audit:read", target()).because).toBe("not-granted");
  });
});

describe("canEverywhere", () => {
  it("cannot say while a narrow grant speaks of the scope", () => {
    expect(canEverywhere(access(allow(write, { projectId: "p1" })), "flags:write", ORG)).toBeNull();
    const denied = access(allow(write), deny(write, { environmentId: "prod" }));
    expect(canEverywhere(denied, "flags:write", ORG)).toBeNull();
  });
});

describe("canWithin", () => {
  it("opens the list of projects to whoever has one environment", () => {
    const one = access(allow(["projects:read"], { projectId: "p1", environmentId: "dev" }));
    expect(canWithin(one, "projects:read", target())).toBe(true);
    expect(canWithin(one, "projects:read", target({ projectId: "p1", unitId: "u1" }))).toBe(true);
    expect(canWithin(one, "projects:read", target({ projectId: "p2", unitId: "u1" }))).toBe(false);
  });

  it("does not open it by a grant in another organisation, beside a deny in this one", () => {
    const elsewhere = access(
      allow(["projects:read"], { organisationId: "rival" }),
      deny(["projects:read"], { projectId: "p1" }),
    );
    expect(canWithin(elsewhere, "projects:read", target())).toBe(false);
  });
});

describe("beyond", () => {
  it("names what is not held all over the place, in the order asked", () => {
    const editor = access(allow(["flags:read", "flags:write"], { projectId: "p1" }));
    const asked = ["keys:read", "flags:write", "flags:read"] as const;
    expect(beyond(editor, asked, reach({ projectId: "p1" }))).toEqual(["keys:read"]);
    expect(beyond(editor, asked, reach())).toEqual(asked);
  });

  it("counts a deny of one's own anywhere inside against the whole", () => {
    const kept = access(allow(write), deny(write, { environmentId: "prod" }));
    expect(beyond(kept, write, reach())).toEqual(write);
    expect(beyond(kept, write, reach({ environmentId: "dev" }))).toEqual([]);
  });

  it("does not let an organisation's owner give in the whole installation", () => {
    const owner = access(allow(ALL_SCOPES));
    expect(beyond(owner, write, wholeReach(null))).toEqual(write);
  });
});

describe("cannotLift", () => {
  const own = { organisationId: ORG, isOwn: true };

  it("keeps a deny on whoever it binds", () => {
    const bound = access(allow(write), deny(write, { environmentId: "prod" }));
    expect(cannotLift(bound, [deny(write)], own)).toEqual(write);
  });

  it("leaves whoever was granted everything master of their own denies", () => {
    const owner = access(allow(ALL_SCOPES), deny(write));
    expect(cannotLift(owner, [deny(write)], own)).toEqual([]);
    const byToken = { ...owner, ceiling: ["access:write"] as const };
    expect(cannotLift(byToken, [deny(write)], own)).toEqual(write);
  });
});
