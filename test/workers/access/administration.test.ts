import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { call, done, readAll } from "../control/api.ts";
import { anOrganisation, type AnOrganisation } from "./an-organisation.ts";

/** Organisations and people are made by the dozen, each with a password to hash. */
const SLOW = 60_000;

let org: AnOrganisation;

beforeAll(async () => {
  org = await anOrganisation();
}, SLOW);

const unique = (what: string) => `${what}-${crypto.randomUUID().slice(0, 8)}`;

async function setEdition(edition: string): Promise<void> {
  await env.DB.prepare("UPDATE organisations SET edition = ? WHERE id = ?")
    .bind(edition, (await org.done("organisations.get")).body.id)
    .run();
}

describe("an organisation", { timeout: SLOW }, () => {
  it("has all features unless its edition is smaller", async () => {
    const { body } = await org.done("organisations.get");
    expect(body).toMatchObject({ edition: "enterprise", version: 1 });
    expect(body.features).toContain("units");
  });

  it("refuses what its edition lacks, names the one that has it, and keeps what is there", async () => {
    const there = { key: unique("u"), name: "U" };
    await org.done("units.create", {}, there);
    const tries = [
      ["units.create", { key: unique("u"), name: "U" }, "enterprise"],
      ["roles.create", { key: unique("r"), name: "R", scopes: [] }, "growth"],
    ] as const;
    await setEdition("foundation");
    for (const [id, body, needed] of tries) {
      expect(await org.owner.ask(id, {}, body)).toMatchObject({
        status: 403,
        body: { code: "edition.not-included", edition: "foundation", needed },
      });
    }
    expect(await org.owner.ask("audit.export")).toMatchObject({ status: 403 });
    expect((await org.done("units.get", { unit: there.key })).body.name).toBe("U");
    await org.done("units.delete", { unit: there.key });
    await setEdition("growth");
    expect((await org.owner.ask("roles.create", {}, tries[1][1])).status).toBe(201);
    expect((await org.owner.ask("units.create", {}, tries[0][1])).status).toBe(403);
    await setEdition("enterprise");
    expect((await org.owner.ask("units.create", {}, tries[0][1])).status).toBe(201);
  });

  it("is made by whoever may in the whole installation, for an owner who is known", async () => {
    const { email } = org.owner;
    expect(await call("organisations.create", { body: { name: "None" } })).toMatchObject({
      status: 422,
      body: { code: "organisation.owner-required" },
    });
    const made = await done("organisations.create", { body: { name: "Second", owner: email } });
    expect(made.status).toBe(201);
    const mine = (await org.owner.ask("organisations.list")).body.items;
    expect(mine.map(({ id }: { id: string }) => id)).toContain(made.body.id);
    expect(mine).toHaveLength(2);
    const { results } = await env.DB.prepare(
      "SELECT action FROM audit_log WHERE organisation_id = ?",
    )
      .bind(made.body.id)
      .all();
    expect(results).toEqual([{ action: "organisation.create" }]);
  });

  it("is changed only by whoever has seen its version", async () => {
    const { body: before } = await org.done("organisations.get");
    const stale = await call("organisations.patch", {
      body: { name: "Other" },
      headers: { "if-match": '"999"' },
    });
    expect(stale).toMatchObject({
      status: 412,
      body: { code: "organisation.version-conflict", expected: 999 },
    });
    const { body } = await org.done("organisations.patch", {}, { name: "Renamed" });
    expect(body).toMatchObject({ name: "Renamed", version: before.version + 1 });
  });
});

describe("units, teams and roles", { timeout: SLOW }, () => {
  it("are not deleted while they are used, and the uses are named", async () => {
    const [unit, team, role, project] = ["u", "t", "r", "p"].map(unique);
    if (unit === undefined || team === undefined || role === undefined) throw new Error("no keys");
    await org.done("units.create", {}, { key: unit, name: "U" });
    await org.done("teams.create", {}, { key: team, name: "T", unit });
    await org.done("projects.create", {}, { key: project, unit });
    await org.done("roles.create", {}, { key: role, name: "R", scopes: ["flags:read"] });
    const { body } = await org.done("grants.create", {}, { role, to: { kind: "team", key: team } });
    const grant = `grant ${body.id}`;
    const uses = async (id: "units.delete" | "teams.delete" | "roles.delete", key: object) => {
      const answer = await org.owner.ask(id, { ...key });
      expect(answer.status).toBe(409);
      return answer.body.usedBy;
    };
    expect(await uses("units.delete", { unit })).toEqual([`project ${project}`, `team ${team}`]);
    expect(await uses("teams.delete", { team })).toEqual([grant]);
    expect(await uses("roles.delete", { role })).toEqual([grant]);
    await org.done("grants.delete", { grant: body.id });
    for (const [id, key] of [
      ["teams.delete", { team }],
      ["roles.delete", { role }],
    ] as const) {
      expect((await org.owner.ask(id, { ...key })).status).toBe(200);
    }
  });

  it("are changed only by whoever has seen their version", async () => {
    const key = unique("u");
    await done("units.create", { body: { key, name: "U" } });
    const params = { unit: key };
    const patch = (version: string) =>
      call("units.patch", { params, body: { name: "V" }, headers: { "if-match": version } });
    expect((await patch('"1"')).body).toMatchObject({ name: "V", version: 2 });
    expect(await patch('"1"')).toMatchObject({
      status: 412,
      body: { code: "unit.version-conflict", expected: 1, actual: 2 },
    });
    const late = { params, headers: { "if-match": '"1"' } };
    expect((await call("units.delete", late)).status).toBe(412);
  });

  it("have keys of their own, which the built-in roles keep", async () => {
    const key = unique("t");
    await done("teams.create", { body: { key, name: "T" } });
    expect(await call("teams.create", { body: { key, name: "T" } })).toMatchObject({
      status: 409,
      body: { code: "team.already-exists" },
    });
    const viewer = { key: "viewer", name: "Mine", scopes: [] };
    expect(await call("roles.create", { body: viewer })).toMatchObject({
      status: 409,
      body: { code: "role.already-exists" },
    });
  });

  it("are listed page by page, none lost and none twice", async () => {
    const keys = ["a", "b", "c", "d", "e"].map(unique);
    for (const key of keys) await done("units.create", { body: { key, name: key } });
    const listed = (await readAll("units.list", {}, 2)).map(({ key }) => key);
    expect(listed.filter((key) => keys.includes(key))).toEqual(keys.toSorted());
    expect(new Set(listed).size).toBe(listed.length);
  });
});

describe("grants", { timeout: SLOW }, () => {
  const scopes = ["flags:read"];

  it("are given once, however often the request is repeated", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const team = unique("t");
    await done("teams.create", { body: { key: team, name: "T" } });
    const body = { to: { kind: "team", key: team }, scopes };
    const [first, second] = [
      await done("grants.create", { body, headers }),
      await done("grants.create", { body, headers }),
    ];
    expect(second.body).toEqual(first.body);
    const query = { to: `team:${team}` };
    expect((await done("grants.list", { query })).body.items).toEqual([first.body]);
  });

  it("are found by whom they hang on and where they hold, page by page", async () => {
    const { project } = org.world;
    const to = { kind: "person", id: org.owner.id };
    for (const tag of ["a", "b", "c"]) {
      const on = { project, environment: "dev", tag: { name: tag } };
      await org.done("grants.create", {}, { to, scopes, on });
    }
    const query = { to: `person:${org.owner.id}`, project, environment: "dev", limit: "2" };
    const first = (await org.done("grants.list", {}, undefined, query)).body;
    expect(first.items.map(({ on }: any) => on.tag.name)).toEqual(["c", "b"]);
    const next = { ...query, cursor: first.next };
    const rest = (await org.done("grants.list", {}, undefined, next)).body;
    expect(rest.items.map(({ on }: any) => on.tag.name)).toEqual(["a"]);
    expect(rest.next).toBeNull();
    expect(rest.items[0].summary).toBe(
      `Person "a person's name" may flags:read in the environment "dev" of the project ` +
        `"${project}", on what is tagged "a".`,
    );
  });

  it.each([
    [{ scopes, role: "viewer" }, "/role"],
    [{}, "/role"],
    [{ scopes: [] }, "/scopes"],
    [{ scopes: ["flags:fly"] }, "/scopes/0"],
    [{ scopes, on: { environment: "dev" } }, "/on/environment"],
    [{ scopes, on: { unit: "u", project: "p" } }, "/on/unit"],
    [{ scopes, on: { installation: true, project: "p" } }, "/on/installation"],
    [{ scopes, on: { installation: true } }, "/to"],
  ])("are refused where they make no sense: %j", async (wrong, path) => {
    const body = { to: { kind: "everyone" }, ...wrong };
    const { status, body: problem } = await call("grants.create", { body });
    expect(status).toBe(400);
    expect(problem.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it("name only what the organisation has", async () => {
    const nothing = [
      [{ to: { kind: "person", id: "nobody" } }, "person.not-found"],
      [{ to: { kind: "service", id: "nothing" } }, "service-account.not-found"],
      [{ to: { kind: "team", key: "none" } }, "team.not-found"],
      [{ to: { kind: "everyone" }, on: { unit: "none" } }, "unit.not-found"],
      [{ to: { kind: "everyone" }, on: { project: "none" } }, "project.not-found"],
    ] as const;
    for (const [body, code] of nothing) {
      expect(await call("grants.create", { body: { scopes, ...body } })).toMatchObject({
        status: 404,
        body: { code },
      });
    }
    const role = { to: { kind: "everyone" }, role: "none" };
    expect(await call("grants.create", { body: role })).toMatchObject({
      body: { code: "role.not-found" },
    });
  });
});
