import { describe, expect, it } from "vitest";
import {
  EDITIONS,
  FEATURES,
  editionWith,
  featuresOf,
} from "../../../../src/core/access/edition.ts";
import { BUILT_IN_ROLES, isBuiltInRole } from "../../../../src/core/access/roles.ts";
import type { BuiltInRole } from "../../../../src/core/access/roles.ts";
import { ALL_SCOPES, SCOPES, type Scope } from "../../../../src/core/access/scopes.ts";

const scopesOf = (role: BuiltInRole): readonly Scope[] => BUILT_IN_ROLES[role].scopes;
const isRead = (scope: Scope) => scope.endsWith(":read");

describe("the built-in roles", () => {
  const names = Object.keys(BUILT_IN_ROLES).filter(isBuiltInRole);

  it.each(names)("%s names scopes that there are, each once", (role) => {
    const scopes = scopesOf(role);
    expect(new Set(scopes).size).toBe(scopes.length);
    expect(scopes.filter((scope) => !Object.hasOwn(SCOPES, scope))).toEqual([]);
  });

  it("grow: what a viewer may do, all may; what any may do, an owner may", () => {
    for (const role of names) {
      expect(scopesOf(role)).toEqual(expect.arrayContaining([...scopesOf("viewer")]));
    }
    expect(scopesOf("owner")).toEqual(ALL_SCOPES);
  });

  it("keep the organisation itself to owners", () => {
    const others = names.filter((role) => role !== "owner");
    expect(others.filter((role) => scopesOf(role).includes("organisations:write"))).toEqual([]);
  });

  it("keep who may do what to owners and admins", () => {
    const governing = ["members:write", "access:write", "tokens:write", "identity:write"] as const;
    const rest = names.filter((role) => role !== "owner" && role !== "admin");
    for (const role of rest) {
      expect(scopesOf(role).filter((scope) => governing.some((one) => one === scope))).toEqual([]);
    }
  });

  it("let viewers change nothing, and reviewers nothing but stop a flag", () => {
    expect(scopesOf("viewer").filter((scope) => !isRead(scope))).toEqual([]);
    expect(scopesOf("reviewer").filter((scope) => !isRead(scope))).toEqual(["flags:kill"]);
  });
});

describe("editions", () => {
  it("hold what those before them hold, and the last one all there is", () => {
    const [first, ...rest] = EDITIONS;
    let before = featuresOf(first);
    for (const edition of rest) {
      expect(featuresOf(edition)).toEqual(expect.arrayContaining([...before]));
      before = featuresOf(edition);
    }
    expect(before).toEqual(Object.keys(FEATURES));
  });

  it("name the smallest one that has a feature", () => {
    expect(editionWith("custom-roles")).toBe("growth");
    expect(featuresOf("foundation")).not.toContain("custom-roles");
    expect(featuresOf("growth")).toContain("custom-roles");
  });
});
