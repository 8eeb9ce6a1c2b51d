import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { BUILT_IN_ROLES } from "../../../src/core/access/roles.ts";
import {
  anOrganisation,
  leaveOwners,
  type AnOrganisation,
  type Member,
} from "./an-organisation.ts";

/** Organisations and people are made by the dozen, each with a password to hash. */
const SLOW = 60_000;

let org: AnOrganisation;
let admin: Member;

beforeAll(async () => {
  org = await anOrganisation();
  admin = await org.member("admin");
}, SLOW);

const refused = (status: number, code: string) => ({ status, body: { code } });
const toPerson = ({ id }: Member) => ({ to: { kind: "person", id } });

describe("nobody hands on more than they have:", { timeout: SLOW }, () => {
  it("not by a grant, and the refusal names what is lacking", async () => {
    const viewer = await org.member("viewer");
    const grant = { ...toPerson(viewer), scopes: ["flags:write", "organisations:write"] };
    expect(await admin.ask("grants.create", {}, grant)).toMatchObject({
      status: 403,
      body: { code: "access.beyond-own", scopes: ["organisations:write"] },
    });
    const asRole = { ...toPerson(viewer), role: "owner" };
    expect(await admin.ask("grants.create", {}, asRole)).toMatchObject(
      refused(403, "access.beyond-own"),
    );
  });

  it("not by a role of one's own making, or a change of one", async () => {
    const role = org.world.name("r");
    const made = { key: role, name: "R", scopes: ["organisations:write"] };
    expect(await admin.ask("roles.create", {}, made)).toMatchObject(
      refused(403, "access.beyond-own"),
    );
    await org.done("roles.create", {}, { ...made, scopes: ["flags:read"] });
    const more = { scopes: ["flags:read", "organisations:write"] };
    expect(await admin.ask("roles.patch", { role }, more)).toMatchObject(
      refused(403, "access.beyond-own"),
    );
  });

  it("not by making somebody an owner, and owners are not theirs to demote or remove", async () => {
    const viewer = await org.member("viewer");
    const owner = await org.member("owner");
    const asOwner = { role: "owner" };
    const asViewer = { role: "viewer" };
    const beyond = refused(403, "access.beyond-own");
    expect(await admin.ask("members.change-role", { person: viewer.id }, asOwner)).toMatchObject(
      beyond,
    );
    expect(await admin.ask("members.change-role", { person: admin.id }, asOwner)).toMatchObject(
      beyond,
    );
    expect(await admin.ask("members.change-role", { person: owner.id }, asViewer)).toMatchObject(
      beyond,
    );
    expect(await admin.ask("members.remove", { person: owner.id })).toMatchObject(beyond);
  });

  it("not by putting somebody, oneself included, into a mightier team", async () => {
    const team = org.world.name("t");
    await org.done("teams.create", {}, { key: team, name: "T" });
    await org.done("grants.create", {}, { to: { kind: "team", key: team }, role: "owner" });
    for (const { id } of [admin, await org.member("viewer")]) {
      expect(await admin.ask("teams.add-person", { team }, { person: id })).toMatchObject(
        refused(403, "access.beyond-own"),
      );
    }
  });

  it("not by moving a project, which takes what giving grants takes", async () => {
    const editor = await org.member("editor");
    const unit = org.world.name("u");
    await org.done("units.create", {}, { key: unit, name: "U" });
    const { project } = org.world;
    expect(await editor.ask("projects.patch", { project }, { unit })).toMatchObject({
      status: 403,
      body: { code: "auth.scope-missing", scope: "access:write" },
    });
  });

  it("not in another organisation, or in all of them", async () => {
    const grant = { to: { kind: "person", id: org.owner.id }, role: "owner" };
    const on = { installation: true };
    expect(await org.owner.ask("grants.create", {}, { ...grant, on })).toMatchObject(
      refused(403, "access.beyond-own"),
    );
    expect(await org.owner.ask("organisations.create", {}, { name: "Mine" })).toMatchObject(
      refused(403, "access.beyond-own"),
    );
    expect(await org.owner.ask("organisations.patch", {}, { edition: "growth" })).toMatchObject(
      refused(403, "access.beyond-own"),
    );
    const elsewhere = await anOrganisation();
    expect(await elsewhere.owner.ask("grants.create", {}, grant)).toMatchObject(
      refused(404, "person.not-found"),
    );
  });
});

describe("a deny", { timeout: SLOW }, () => {
  const kill = ["flags:kill"];

  it("binds whoever it hangs on, until another takes it", async () => {
    const bound = await org.member("admin");
    const deny = { ...toPerson(bound), effect: "deny", scopes: kill };
    const { body } = await org.done("grants.create", {}, deny);
    expect(await bound.ask("grants.delete", { grant: body.id })).toMatchObject({
      status: 403,
      body: { code: "access.beyond-own", scopes: kill },
    });
    expect((await admin.ask("grants.delete", { grant: body.id })).status).toBe(200);
  });

  it("is not escaped by leaving the team that it hangs on", async () => {
    const bound = await org.member("admin");
    const team = org.world.name("t");
    await org.done("teams.create", {}, { key: team, name: "T" });
    await org.done("teams.add-person", { team }, { person: bound.id });
    const to = { kind: "team", key: team };
    await org.done("grants.create", {}, { to, effect: "deny", scopes: kill });
    const leave = await bound.ask("teams.remove-person", { team, person: bound.id });
    expect(leave).toMatchObject(refused(403, "access.beyond-own"));
  });

  it("of everyone can be taken back by an owner, who is bound by it too", async () => {
    const other = await anOrganisation();
    const deny = { to: { kind: "everyone" }, effect: "deny", scopes: ["flags:write"] };
    const { body } = await other.done("grants.create", {}, deny);
    const { project } = other.world;
    const make = () => other.owner.ask("catalogue.create", { project }, { key: "f" });
    expect((await make()).status).toBe(403);
    await other.done("grants.delete", { grant: body.id });
    expect((await make()).status).toBe(201);
  });

  it("cannot shut out those who could take it back", async () => {
    const scopes = ["access:write", "flags:kill"];
    const whom = [
      { kind: "everyone" },
      { kind: "person", id: org.owner.id },
      { kind: "person", id: (await org.member("owner")).id },
    ];
    for (const to of whom) {
      expect(
        await org.owner.ask("grants.create", {}, { to, effect: "deny", scopes }),
      ).toMatchObject({
        status: 409,
        body: { code: "grant.shuts-out", scopes: ["access:write"] },
      });
    }
  });

  it("of what an owner needs keeps a person from being made one", async () => {
    const person = await org.member("editor");
    const deny = { ...toPerson(person), effect: "deny", scopes: ["access:write"] };
    const { body } = await org.done("grants.create", {}, deny);
    const promote = () =>
      org.owner.ask("members.change-role", { person: person.id }, { role: "owner" });
    expect(await promote()).toMatchObject({
      status: 409,
      body: { code: "person.owner-denied", grants: [body.id] },
    });
    await org.done("grants.delete", { grant: body.id });
    expect((await promote()).status).toBe(200);
  });
});

describe("the last owner", { timeout: SLOW }, () => {
  it("can be neither demoted nor removed, by anyone", async () => {
    const alone = await anOrganisation();
    const { owner } = alone;
    await leaveOwners(alone, [owner]);
    const last = refused(409, "person.last-owner");
    const demote = await owner.ask("members.change-role", { person: owner.id }, { role: "admin" });
    expect(demote).toMatchObject(last);
    expect(await owner.ask("members.remove", { person: owner.id })).toMatchObject(last);
  });

  it("is an owner who can sign in: a deactivated one does not count", async () => {
    const two = await anOrganisation();
    const { owner } = two;
    const second = await two.member("owner");
    await leaveOwners(two, [owner, second]);
    await env.DB.prepare("UPDATE people SET deactivated_at_ms = 1 WHERE id = ?")
      .bind(second.id)
      .run();
    expect(await owner.ask("members.remove", { person: owner.id })).toMatchObject(
      refused(409, "person.last-owner"),
    );
  });

  it("stays when two owners demote each other at the same time", async () => {
    for (let round = 0; round < 3; round += 1) {
      const two = await anOrganisation();
      const { owner } = two;
      const second = await two.member("owner");
      await leaveOwners(two, [owner, second]);
      const role = { role: "viewer" };
      const answers = await Promise.all([
        owner.ask("members.change-role", { person: second.id }, role),
        second.ask("members.change-role", { person: owner.id }, role),
        owner.ask("members.remove", { person: second.id }),
      ]);
      expect(answers.map(({ status }) => status)).toContain(200);
      const { results } = await env.DB.prepare(
        "SELECT role FROM members WHERE person_id IN (?, ?) AND role = 'owner'",
      )
        .bind(owner.id, second.id)
        .all();
      expect(results).toHaveLength(1);
    }
  });
});

describe("a person who is removed", { timeout: SLOW }, () => {
  it("may do nothing from the next request on, and their grants and teams are gone", async () => {
    const person = await org.member("editor");
    const team = org.world.name("t");
    await org.done("teams.create", {}, { key: team, name: "T" });
    await org.done("teams.add-person", { team }, { person: person.id });
    await org.done("grants.create", {}, { ...toPerson(person), role: "viewer" });
    const mine = { name: "laptop", scopes: ["projects:read"] };
    const { secret } = (await person.ask("my-tokens.issue", {}, mine)).body;
    const byToken = () =>
      org.world.installation.anyone({
        method: "GET",
        path: "/api/v1/projects",
        headers: { authorization: `Bearer ${secret}` },
        body: undefined,
      });
    expect((await byToken()).status).toBe(200);
    expect((await person.ask("projects.list")).status).toBe(200);
    await org.done("members.remove", { person: person.id });
    expect((await byToken()).status).toBe(401);
    expect((await person.ask("projects.list")).status).toBe(401);
    expect((await org.done("teams.people", { team })).body.items).toEqual([]);
    const { results } = await env.DB.prepare("SELECT id FROM grants WHERE principal_id = ?")
      .bind(person.id)
      .all();
    expect(results).toEqual([]);
  });
});

describe("who may do what can be asked:", { timeout: SLOW }, () => {
  it("of oneself, with what a token narrows", async () => {
    const { body } = await admin.ask("access.me");
    expect(body).toMatchObject({ kind: "person", id: admin.id, ceiling: null });
    expect(body.everywhere.toSorted()).toEqual([...BUILT_IN_ROLES.admin.scopes].toSorted());
    expect(body.grants).toMatchObject([{ id: null, role: "admin" }]);
  });

  it("why, or why not, with the grants that decided", async () => {
    const viewer = await org.member("viewer");
    const { prod } = org;
    const { project } = org.world;
    const on = { project, environment: prod };
    const grant = { ...toPerson(viewer), on };
    await org.done("grants.create", {}, { ...grant, scopes: ["flags:write"] });
    const principal = `person:${viewer.id}`;
    const ask = async (environment: string, scope = "flags:write") =>
      (await org.done("access.check", {}, undefined, { principal, scope, project, environment }))
        .body;
    expect(await ask("dev")).toMatchObject({ allowed: false, because: "not-granted", by: [] });
    expect(await ask(prod)).toMatchObject({
      allowed: true,
      by: [
        {
          summary: `Person "a person's name" may flags:write in the environment "${prod}" of the project "${project}".`,
        },
      ],
    });
    expect(await ask(prod, "flags:read")).toMatchObject({ by: [{ id: null, role: "viewer" }] });
    const denied = await org.done(
      "grants.create",
      {},
      { ...grant, role: "viewer", effect: "deny" },
    );
    expect(await ask(prod, "flags:read")).toMatchObject({
      allowed: false,
      because: "denied",
      by: [{ id: denied.body.id }],
    });
  });

  it("of others only by whoever may read access", async () => {
    const viewer = await org.member("viewer");
    const query = { scope: "flags:read", principal: `person:${admin.id}` };
    expect(await viewer.ask("access.check", {}, undefined, query)).toMatchObject({
      status: 403,
      body: { code: "auth.scope-missing", scope: "access:read" },
    });
  });
});
