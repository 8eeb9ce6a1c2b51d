import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { anOrganisation, type AnOrganisation, type Member } from "./an-organisation.ts";

/** Organisations and people are made by the dozen, each with a password to hash. */
const SLOW = 60_000;

let org: AnOrganisation;

beforeAll(async () => {
  org = await anOrganisation();
}, SLOW);

const guest = { key: "guest", name: "Guest", scopes: [] };

/** A member who may do nothing but what grants say. */
async function aGuest(): Promise<Member> {
  const made = await org.owner.ask("roles.create", {}, guest);
  expect([201, 409]).toContain(made.status);
  const person = await org.member("viewer");
  await org.done("members.change-role", { person: person.id }, { role: "guest" });
  return person;
}

/** Whether somebody may read the environment's flags now. */
async function mayRead(person: Member, environment = "dev"): Promise<boolean> {
  const { project } = org.world;
  const { status } = await person.ask("flags.list", { project, environment });
  expect([200, 403]).toContain(status);
  return status === 200;
}

const allow = { scopes: ["flags:read"] };
const deny = { ...allow, effect: "deny" };

async function aTeam(unit: string | null = null): Promise<string> {
  const key = org.world.name("team");
  await org.done("teams.create", {}, { key, name: "A team", unit });
  return key;
}

async function aUnit(): Promise<string> {
  const key = org.world.name("unit");
  await org.done("units.create", {}, { key, name: "A unit" });
  return key;
}

describe("what somebody may do", { timeout: SLOW }, () => {
  it("is nothing until somebody grants it", async () => {
    expect(await mayRead(await aGuest())).toBe(false);
  });

  it("comes from a grant of their own, from the next request on, and goes with it", async () => {
    const person = await aGuest();
    const to = { kind: "person", id: person.id };
    const given = await org.done("grants.create", {}, { ...allow, to });
    expect(await mayRead(person)).toBe(true);
    await org.done("grants.delete", { grant: given.body.id });
    expect(await mayRead(person)).toBe(false);
  });

  it("comes from a team, while they are in it", async () => {
    const person = await aGuest();
    const team = await aTeam();
    await org.done("grants.create", {}, { ...allow, to: { kind: "team", key: team } });
    expect(await mayRead(person)).toBe(false);
    await org.done("teams.add-person", { team }, { person: person.id });
    expect(await mayRead(person)).toBe(true);
    await org.done("teams.remove-person", { team, person: person.id });
    expect(await mayRead(person)).toBe(false);
  });

  it("comes from the unit that their team is part of, while it is", async () => {
    const person = await aGuest();
    const unit = await aUnit();
    const team = await aTeam(unit);
    await org.done("teams.add-person", { team }, { person: person.id });
    await org.done("grants.create", {}, { ...allow, to: { kind: "unit", key: unit } });
    expect(await mayRead(person)).toBe(true);
    await org.done("teams.patch", { team }, { unit: null });
    expect(await mayRead(person)).toBe(false);
  });

  it("comes from a grant to everyone in the organisation", async () => {
    const elsewhere = await anOrganisation();
    const person = await aGuest();
    const on = { project: org.world.project, environment: org.prod };
    await org.done("grants.create", {}, { ...allow, to: { kind: "everyone" }, on });
    expect(await mayRead(person, org.prod)).toBe(true);
    expect(await mayRead(person, "dev")).toBe(false);
    const { project } = org.world;
    const stranger = await elsewhere.owner.ask("flags.list", { project, environment: org.prod });
    expect(stranger.status).toBe(404);
  });

  it("comes from a grant that holds in the whole installation", async () => {
    const person = await aGuest();
    await env.DB.prepare(
      `INSERT INTO grants VALUES (?, NULL, 'person', ?, 'allow', 'viewer', NULL, NULL, NULL, NULL,
        NULL, NULL, 0)`,
    )
      .bind(crypto.randomUUID(), person.id)
      .run();
    expect(await mayRead(person)).toBe(true);
  });

  it("is denied by a deny at any level, whatever is allowed at others", async () => {
    for (const level of ["person", "team", "unit"] as const) {
      const unit = await aUnit();
      const team = await aTeam(unit);
      const person = await org.member("editor");
      await org.done("teams.add-person", { team }, { person: person.id });
      for (const to of [
        { kind: "person", id: person.id },
        { kind: "team", key: team },
      ]) {
        await org.done("grants.create", {}, { ...allow, to });
      }
      expect(await mayRead(person)).toBe(true);
      const to = {
        person: { kind: "person", id: person.id },
        team: { kind: "team", key: team },
        unit: { kind: "unit", key: unit },
      }[level];
      const denied = await org.done("grants.create", {}, { ...deny, to });
      expect(await mayRead(person), level).toBe(false);
      await org.done("grants.delete", { grant: denied.body.id });
      expect(await mayRead(person)).toBe(true);
    }
  });

  it("ends at the environment that the grant names", async () => {
    const person = await aGuest();
    const on = { project: org.world.project, environment: "dev" };
    const to = { kind: "person", id: person.id };
    const other = await aGuest();
    await org.done("grants.create", {}, { scopes: ["flags:write"], to, on });
    await org.done("grants.create", {}, { ...allow, to: { kind: "person", id: other.id }, on });
    expect(await mayRead(other, "dev")).toBe(true);
    const { project } = org.world;
    const flag = org.world.name("f");
    await org.done("catalogue.create", { project }, { key: flag });
    const patch = (environment: string) =>
      person.ask("flags.patch", { project, environment, flag }, { enabled: true });
    expect((await patch("dev")).status).toBe(200);
    expect((await patch(org.prod)).status).toBe(403);
  });

  it("ends at the tag that the grant names, and a deny on a tag wins", async () => {
    const person = await aGuest();
    const { project } = org.world;
    const aFlag = async (tags: object) => {
      const key = org.world.name("f");
      await org.done("catalogue.create", { project }, { key, tags });
      return key;
    };
    const [ours, theirs, frozen] = await Promise.all([
      aFlag({ squad: "ours" }),
      aFlag({ squad: "theirs" }),
      aFlag({ squad: "ours", frozen: "yes" }),
    ]);
    const to = { kind: "person", id: person.id };
    const write = { scopes: ["flags:write"], to };
    await org.done(
      "grants.create",
      {},
      { ...write, on: { tag: { name: "squad", value: "ours" } } },
    );
    await org.done(
      "grants.create",
      {},
      { ...write, effect: "deny", on: { tag: { name: "frozen" } } },
    );
    const patch = async (flag: string) =>
      (await person.ask("flags.patch", { project, environment: "dev", flag }, { enabled: true }))
        .status;
    expect(await patch(ours)).toBe(200);
    expect(await patch(theirs)).toBe(403);
    expect(await patch(frozen)).toBe(403);
  });

  it("follows a project into a unit, and out of it", async () => {
    const person = await aGuest();
    const unit = await aUnit();
    const project = org.world.name("p");
    await org.done("projects.create", {}, { key: project });
    const to = { kind: "person", id: person.id };
    await org.done("grants.create", {}, { scopes: ["projects:read"], to, on: { unit } });
    const read = async () => (await person.ask("projects.get", { project })).status;
    expect(await read()).toBe(403);
    await org.done("projects.patch", { project }, { unit });
    expect(await read()).toBe(200);
    expect((await person.ask("projects.list")).body.items).toMatchObject([{ key: project, unit }]);
    await org.done("projects.patch", { project }, { unit: null });
    expect(await read()).toBe(403);
  });

  it("changes with their role, from the next request on", async () => {
    const person = await org.member("viewer");
    const make = async () =>
      (await person.ask("projects.create", {}, { key: org.world.name("p") })).status;
    expect(await make()).toBe(403);
    await org.done("members.change-role", { person: person.id }, { role: "editor" });
    expect(await make()).toBe(201);
    await org.done("members.change-role", { person: person.id }, { role: "viewer" });
    expect(await make()).toBe(403);
  });

  it("follows a role of the organisation's own, as it is changed", async () => {
    const role = org.world.name("role");
    await org.done("roles.create", {}, { key: role, name: "R", scopes: [] });
    const person = await aGuest();
    await org.done("grants.create", {}, { role, to: { kind: "person", id: person.id } });
    expect(await mayRead(person)).toBe(false);
    await org.done("roles.patch", { role }, { scopes: ["flags:read"] });
    expect(await mayRead(person)).toBe(true);
  });
});
