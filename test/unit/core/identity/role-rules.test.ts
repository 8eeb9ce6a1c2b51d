import { describe, expect, it } from "vitest";
import { emailDomain, isEmailDomain } from "../../../../src/core/identity/email-domain.ts";
import { claimValues, roleFor, rolesGiven } from "../../../../src/core/identity/role-rules.ts";

const rules = {
  claim: "groups",
  rules: [
    { value: "admins", role: "admin" },
    { value: "staff", role: "viewer" },
  ],
  default: null,
};

describe("the rules of a provider", () => {
  it.each([
    { values: ["staff", "admins"], role: "admin" },
    { values: ["staff"], role: "viewer" },
    { values: ["ADMINS"], role: null },
    { values: [], role: null },
  ])("give $role for $values", ({ values, role }) => {
    expect(roleFor(rules, values)).toBe(role);
  });

  it("give the default to the rest, and can give no other role", () => {
    const open = { ...rules, default: "reviewer" };
    expect(roleFor(open, [])).toBe("reviewer");
    expect(rolesGiven(open)).toEqual(["admin", "viewer", "reviewer"]);
  });

  it("read a claim that is one value, several, or nonsense", () => {
    expect(claimValues("a")).toEqual(["a"]);
    expect(claimValues(["a", 1, "b"])).toEqual(["a", "b"]);
    expect(claimValues({ a: 1 })).toEqual([]);
  });
});

describe("a domain", () => {
  it.each([
    { email: "ada@Good.Example", domain: "good.example" },
    { email: "ada@good.example@evil.example", domain: null },
    { email: "ada", domain: null },
  ])("of $email is $domain", ({ email, domain }) => {
    expect(emailDomain(email)).toBe(domain);
  });

  it.each(["good.example", "a.b.c-d.example"])("%s is one", (text) => {
    expect(isEmailDomain(text)).toBe(true);
  });

  it.each(["example", "@good.example", "Good.example", "-a.example", "a..example", ""])(
    "%s is none",
    (text) => {
      expect(isEmailDomain(text)).toBe(false);
    },
  );
});
