import { describe, expect, it } from "vitest";
import { readScimGroup, readScimUser } from "../../../../src/core/scim/content.ts";
import { matchesScimFilter, parseScimFilter } from "../../../../src/core/scim/filter.ts";
import { patchedGroup, patchedUser, readScimPatch } from "../../../../src/core/scim/patch.ts";

const attributes = new Map<string, readonly (string | boolean)[]>([
  ["username", ["ada@good.example"]],
  ["displayname", ['Ada "Countess" L.']],
  ["active", [true]],
  ["externalid", []],
]);

describe("a filter", () => {
  it.each([
    { filter: 'userName eq "ADA@good.example"', matches: true },
    { filter: 'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ada"', matches: true },
    { filter: 'displayName co "\\"countess\\""', matches: true },
    { filter: "active eq true", matches: true },
    { filter: 'userName ew "evil.example"', matches: false },
    { filter: 'userName ne "ada@good.example"', matches: false },
    { filter: "externalId pr", matches: false },
    { filter: "userName pr and active eq false", matches: false },
    { filter: 'active eq false or userName sw "ada" and active eq true', matches: true },
    { filter: '(active eq false or userName sw "ada") and active eq false', matches: false },
    { filter: 'not (userName sw "bob")', matches: true },
    { filter: 'shoeSize eq "44"', matches: false },
  ])("$filter → $matches", ({ filter, matches }) => {
    const read = parseScimFilter(filter);
    if (!read.ok) throw new Error(read.error);
    expect(matchesScimFilter(read.value, attributes)).toBe(matches);
  });

  it.each([
    "userName",
    'userName is "x"',
    "userName eq x",
    '(userName eq "x"',
    'userName eq "x" and',
    'userName eq "x" userName eq "y"',
    'not userName eq "x"',
    'userName eq "x',
    `${"(".repeat(50)}userName pr${")".repeat(50)}`,
    "x".repeat(3_000),
  ])("%s is refused", (filter) => {
    expect(parseScimFilter(filter).ok).toBe(false);
  });
});

const user = { userName: "ada@good.example", displayName: "Ada", externalId: null, active: true };
const group = { displayName: "g", externalId: null, members: ["1", "2"] };

function steps(...operations: readonly object[]) {
  const read = readScimPatch({ Operations: operations });
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

describe("a patch of a User", () => {
  it.each([
    {
      name: "Okta's way off",
      step: { op: "replace", value: { active: false } },
      after: { active: false },
    },
    {
      name: "Entra's way off",
      step: { op: "Replace", path: "active", value: "False" },
      after: { active: false },
    },
    {
      name: "a name within a name",
      step: { op: "add", path: "name.formatted", value: "A. L." },
      after: { displayName: "A. L." },
    },
    {
      name: "an id taken away",
      step: { op: "remove", path: "externalId" },
      after: { externalId: null },
    },
    {
      name: "an id taken away, whatever is said of it",
      step: { op: "remove", path: "externalId", value: "a-1" },
      after: { externalId: null },
    },
    { name: "what is not kept", step: { op: "add", path: "title", value: "Dr" }, after: {} },
  ])("$name", ({ step, after }) => {
    expect(patchedUser(user, steps(step))).toEqual({ ok: true, value: { ...user, ...after } });
  });

  it.each([
    { op: "replace", path: "active", value: "perhaps" },
    { op: "remove", path: "active" },
    { op: "replace", path: "userName", value: "" },
  ])("%j is refused", (step) => {
    expect(patchedUser(user, steps(step)).ok).toBe(false);
  });
});

describe("a patch of a Group", () => {
  it.each([
    { step: { op: "add", path: "members", value: [{ value: "3" }] }, members: ["1", "2", "3"] },
    { step: { op: "add", path: "members", value: [{ value: "2" }] }, members: ["1", "2"] },
    { step: { op: "replace", path: "members", value: [{ value: "3" }] }, members: ["3"] },
    { step: { op: "remove", path: 'members[value eq "1"]' }, members: ["2"] },
    { step: { op: "remove", path: "members", value: [{ value: "2" }] }, members: ["1"] },
    { step: { op: "Remove", path: "members" }, members: [] },
    { step: { op: "replace", value: { members: [{ value: "9" }] } }, members: ["9"] },
  ])("$step → $members", ({ step, members }) => {
    expect(patchedGroup(group, steps(step))).toEqual({ ok: true, value: { ...group, members } });
  });
});

describe("a body", () => {
  it("of a User may name people in several ways", () => {
    const name = { givenName: "Ada", familyName: "Lovelace" };
    expect(readScimUser({ userName: "ADA@good.example", name })).toMatchObject({
      value: { userName: "ada@good.example", displayName: "Ada Lovelace", active: true },
    });
  });

  it.each([{}, { userName: "" }, { userName: 1 }, { userName: "a@b.example", active: "x" }])(
    "%j is no User",
    (body) => {
      expect(readScimUser(body).ok).toBe(false);
    },
  );

  it.each([{}, { displayName: "g", members: [{}] }, { displayName: "g", members: ["1"] }])(
    "%j is no Group",
    (body) => {
      expect(readScimGroup(body).ok).toBe(false);
    },
  );

  it.each([{}, { Operations: [{ op: "move" }] }, { Operations: "x" }])("%j is no patch", (body) => {
    expect(readScimPatch(body).ok).toBe(false);
  });
});
