import { describe, expect, it } from "vitest";
import type { Access, Grant } from "../../../../src/core/access/grant.ts";
import { ALL_SCOPES, type Scope } from "../../../../src/core/access/scopes.ts";
import { beyondHolder } from "../../../../src/core/access/token-handing.ts";

const HERE = {
  organisationId: "o",
  unitId: null,
  projectId: null,
  environmentId: null,
  tag: null,
} as const;

const allow = (scopes: readonly Scope[], on: Partial<Grant["on"]> = {}): Grant => ({
  effect: "allow",
  scopes,
  on: { ...HERE, ...on },
});
const holder = (grants: readonly Grant[], ceiling: Access["ceiling"] = null): Access => ({
  grants,
  ceiling,
});
const beyond = (
  access: Access,
  scopes: readonly Scope[] | null,
  ownerGrants: readonly Grant[] = [],
) => beyondHolder(access, { organisationId: "o", scopes, ownerGrants });

describe("whoever hands a token on", () => {
  it("hands on what they have, to an owner who has nothing yet", () => {
    const access = holder([allow(["flags:read", "flags:write"])]);
    expect(beyond(access, ["flags:read"])).toEqual([]);
    expect(beyond(access, ["flags:kill", "flags:read"])).toEqual(["flags:kill"]);
  });

  it("hands on nothing above their own token's scopes", () => {
    const access = holder([allow(ALL_SCOPES)], ["flags:read", "tokens:write"]);
    expect(beyond(access, ["flags:read", "flags:write"])).toEqual(["flags:write"]);
    expect(beyond(access, null)).toHaveLength(ALL_SCOPES.length - 2);
    expect(beyond(holder([allow(ALL_SCOPES)]), null)).toEqual([]);
  });

  it("opens no place to themselves that the owner may enter and they may not", () => {
    const access = holder([allow(["flags:write"], { projectId: "mine" })]);
    const elsewhere = [allow(["flags:write"], { projectId: "theirs" })];
    expect(beyond(access, ["flags:write"], elsewhere)).toEqual(["flags:write"]);
    const same = [allow(["flags:write"], { projectId: "mine", environmentId: "e" })];
    expect(beyond(access, ["flags:write"], same)).toEqual([]);
    const wider = [allow(["flags:write"])];
    expect(beyond(access, ["flags:write"], wider)).toEqual(["flags:write"]);
  });

  it("is not held to what the token's scopes leave out of the owner's grants", () => {
    const access = holder([allow(["flags:read"])]);
    const mighty = [allow(ALL_SCOPES, { organisationId: null })];
    expect(
      beyond(holder([allow(["flags:read"], { organisationId: null })]), ["flags:read"], mighty),
    ).toEqual([]);
    expect(beyond(access, ["flags:read"], mighty)).toEqual(["flags:read"]);
  });

  it("is not stopped by what is denied to the owner", () => {
    const denied: Grant = { ...allow(["flags:write"], { organisationId: null }), effect: "deny" };
    expect(beyond(holder([allow(["flags:write"])]), ["flags:write"], [denied])).toEqual([]);
  });
});
