import { describe, expect, it } from "vitest";
import { appWithServices } from "../control/an-app.ts";
import { call, done } from "../control/api.ts";
import { newPerson } from "../tokens/holders.ts";

const unique = (what: string) => `${what}-${crypto.randomUUID().slice(0, 8)}`;
const STALE = { "if-match": '"999"' };
const NEWEST = { "if-match": "*" };

const refused = (status: number, code: string) => ({ status, body: { code } });

const raced = () => Promise.resolve("raced" as const);

describe("what is in the way of a change is named", () => {
  it("a unit's key that is taken, and who still uses it", async () => {
    const key = unique("u");
    await done("units.create", { body: { key, name: "U" } });
    expect(await call("units.create", { body: { key, name: "U" } })).toMatchObject(
      refused(409, "unit.already-exists"),
    );
    const team = unique("t");
    await done("teams.create", { body: { key: team, name: "T", unit: key } });
    const got = await call("units.delete", { params: { unit: key }, headers: NEWEST });
    expect(got).toMatchObject(refused(409, "unit.in-use"));
    expect(JSON.stringify(got.body.usedBy)).toContain(team);
  });

  it("a team that changed meanwhile, and grants that hang on one", async () => {
    const team = unique("t");
    await done("teams.create", { body: { key: team, name: "T" } });
    const patch = { params: { team }, body: { name: "Other" }, headers: STALE };
    expect(await call("teams.patch", patch)).toMatchObject(refused(412, "team.version-conflict"));
    await done("grants.create", { body: { to: { kind: "team", key: team }, role: "viewer" } });
    expect(await call("teams.delete", { params: { team }, headers: NEWEST })).toMatchObject(
      refused(409, "team.in-use"),
    );
  });

  it("a role that changed meanwhile, and grants of it", async () => {
    const role = unique("r");
    await done("roles.create", { body: { key: role, name: "R", scopes: ["flags:read"] } });
    const patch = { params: { role }, body: { name: "Other" }, headers: STALE };
    expect(await call("roles.patch", patch)).toMatchObject(refused(412, "role.version-conflict"));
    const made = await done("grants.create", { body: { to: { kind: "everyone" }, role } });
    const gone = { params: { role }, headers: NEWEST };
    expect(await call("roles.delete", gone)).toMatchObject(refused(409, "role.in-use"));
    await done("grants.delete", { params: { grant: made.body.id } });
    await done("roles.delete", gone);
  });

  it("a grant that is not there", async () => {
    expect(await call("grants.delete", { params: { grant: "nothing" } })).toMatchObject(
      refused(404, "grant.not-found"),
    );
  });

  it("a membership that somebody else changed at the same moment", async () => {
    const id = (await newPerson("viewer")).id;
    const { fetch } = appWithServices({ memberships: { changeRole: raced, remove: raced } });
    const change = { params: { person: id }, body: { role: "editor" } };
    expect(await call("members.change-role", change, fetch)).toMatchObject(
      refused(409, "person.changed"),
    );
  });
});
