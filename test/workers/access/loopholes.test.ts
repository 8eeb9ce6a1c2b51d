import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { anOrganisation, type AnOrganisation, type Member } from "./an-organisation.ts";

/** Organisations and people are made by the dozen, each with a password to hash. */
const SLOW = 60_000;

let org: AnOrganisation;

beforeAll(async () => {
  org = await anOrganisation();
}, SLOW);

const refused = (status: number, code: string) => ({ status, body: { code } });
const toPerson = ({ id }: { readonly id: string }) => ({ to: { kind: "person", id } });

/** A grant in every organisation, as only the bootstrap token could give it. */
const ofAll = async (person: Member, role: string) => {
  const id = crypto.randomUUID();
  await env.DB.prepare(
    `INSERT INTO grants VALUES (?, NULL, 'person', ?, 'allow', ?, NULL, NULL, NULL, NULL,
      NULL, NULL, 0)`,
  )
    .bind(id, person.id, role)
    .run();
  return id;
};

describe("a role that is denied", { timeout: SLOW }, () => {
  it("does not come to deny an owner, or a group, what governs the organisation", async () => {
    const { owner, done } = org;
    const admin = await org.member("admin");
    const team = org.world.name("t");
    await done("teams.create", {}, { key: team, name: "T" });
    for (const to of [toPerson(owner).to, { kind: "team", key: team }]) {
      const role = org.world.name("r");
      await done("roles.create", {}, { key: role, name: "R", scopes: ["flags:read"] });
      const { body } = await done("grants.create", {}, { to, role, effect: "deny" });
      const more = { scopes: ["flags:read", "access:write", "members:write"] };
      expect(await admin.ask("roles.patch", { role }, more)).toMatchObject({
        status: 409,
        body: { code: "grant.shuts-out", scopes: ["access:write", "members:write"] },
      });
      const harmless = { scopes: ["flags:read", "flags:write"] };
      expect((await admin.ask("roles.patch", { role }, harmless)).status).toBe(200);
      await done("grants.delete", { grant: body.id });
      expect((await admin.ask("roles.patch", { role }, more)).status).toBe(200);
    }
  });
});

describe("moving a project between units", { timeout: SLOW }, () => {
  it("is refused to whoever is denied something in either", async () => {
    const { done } = org;
    const [denied, free] = [org.world.name("u"), org.world.name("u")];
    for (const key of [denied, free]) await done("units.create", {}, { key, name: "U" });
    const bound = await org.member("admin");
    const deny = { ...toPerson(bound), effect: "deny", scopes: ["flags:kill"] };
    await done("grants.create", {}, { ...deny, on: { unit: denied } });
    for (const [from, to] of [
      [denied, free],
      [free, denied],
      [denied, null],
    ]) {
      const project = org.world.name("p");
      await done("projects.create", {}, { key: project, unit: from });
      expect(await bound.ask("projects.patch", { project }, { unit: to })).toMatchObject({
        status: 403,
        body: { code: "access.beyond-own", scopes: ["flags:kill"] },
      });
      expect((await bound.ask("projects.patch", { project }, { name: "N" })).status).toBe(200);
      const other = await org.member("admin");
      expect((await other.ask("projects.patch", { project }, { unit: to })).status).toBe(200);
    }
  });
});

describe("the kill switch of many flags", { timeout: SLOW }, () => {
  it("is not thrown or taken back for those whose tags are denied", async () => {
    const { done, world } = org;
    const { project } = world;
    const at = { project, environment: "dev" };
    const [critical, plain] = [world.name("f"), world.name("f")];
    await done("catalogue.create", { project }, { key: critical, tags: { critical: "yes" } });
    await done("catalogue.create", { project }, { key: plain });
    const reason = "a test";
    await done("environments.kill", at, { flags: [critical, plain], reason });
    const person = await org.member("editor");
    const deny = { ...toPerson(person), effect: "deny", scopes: ["flags:kill"] };
    await done("grants.create", {}, { ...deny, on: { tag: { name: "critical" } } });
    for (const id of ["environments.kill", "environments.unkill"] as const) {
      for (const asked of [{ flags: [critical, plain] }, { tag: { name: "critical" } }]) {
        expect(await person.ask(id, at, { ...asked, reason })).toMatchObject({
          status: 403,
          body: {
            code: "auth.scope-missing",
            scope: "flags:kill",
            because: "denied",
            flags: [critical],
          },
        });
      }
      expect((await person.ask(id, at, { flags: [plain], reason })).status).toBe(200);
    }
  });
});

describe("a grant that holds in every organisation", { timeout: SLOW }, () => {
  it("allows nothing by a role of some organisation's own", async () => {
    const role = org.world.name("r");
    await org.done("roles.create", {}, { key: role, name: "R", scopes: ["access:read"] });
    const person = await org.member("viewer");
    await ofAll(person, role);
    expect((await person.ask("roles.list")).status).toBe(403);
    const { body } = await person.ask("access.me");
    expect(body.everywhere).not.toContain("access:read");
  });

  it("is not given by such a role", async () => {
    const role = org.world.name("r");
    await org.done("roles.create", {}, { key: role, name: "R", scopes: ["flags:read"] });
    const on = { installation: true };
    expect(
      await org.owner.ask("grants.create", {}, { ...toPerson(org.owner), role, on }),
    ).toMatchObject(refused(400, "request.invalid"));
  });

  it("is taken only by whoever gives such grants, also when it allows nothing", async () => {
    const person = await org.member("viewer");
    const grant = await ofAll(person, "nobody-knows-it");
    expect(await org.owner.ask("grants.delete", { grant })).toMatchObject({
      status: 403,
      body: { code: "access.beyond-own", scopes: ["access:write"] },
    });
  });
});

describe("a deny in one environment", { timeout: SLOW }, () => {
  it("binds what reads or changes the whole organisation at once", async () => {
    const { world, prod } = org;
    const { project } = world;
    const person = await org.member("admin");
    const list = async () => (await person.ask("audit.list")).status;
    expect(await list()).toBe(200);
    const scopes = ["audit:read", "privacy:read", "privacy:write"];
    const on = { project, environment: prod };
    await org.done("grants.create", {}, { ...toPerson(person), effect: "deny", scopes, on });
    const denied = { status: 403, body: { code: "auth.scope-missing", because: "denied" } };
    const query = { project, environment: prod };
    expect(await person.ask("audit.list")).toMatchObject(denied);
    expect(await person.ask("audit.list", {}, undefined, query)).toMatchObject(denied);
    expect(await person.ask("audit.export", {}, undefined, query)).toMatchObject(denied);
    expect(await person.ask("audit.stream", {}, undefined, query)).toMatchObject(denied);
    expect(await person.ask("privacy-requests.list")).toMatchObject(denied);
    const check = await person.ask("access.check", {}, undefined, { scope: "audit:read" });
    expect(check.body).toMatchObject({ allowed: false, because: "denied" });
    expect(check.body.by).toHaveLength(1);
  });
});

describe("an Idempotency-Key", { timeout: SLOW }, () => {
  it("is another one in another organisation that the same session enters", async () => {
    const other = await anOrganisation();
    const { owner } = org;
    await env.DB.prepare("INSERT INTO members VALUES (?, ?, ?, 'owner', ?)")
      .bind(crypto.randomUUID(), other.world.organisationId, owner.id, Date.now())
      .run();
    const post = (path: string, body: object, headers = {}) => {
      const all = { "content-type": "application/json", ...headers };
      return owner.send({ method: "POST", path, headers: all, body: JSON.stringify(body) });
    };
    const unit = { key: org.world.name("u"), name: "U" };
    const once = { "idempotency-key": crypto.randomUUID() };
    const make = () => post("/api/v1/units", unit, once);
    expect((await make()).status).toBe(201);
    const { organisationId } = other.world;
    expect((await post("/api/auth/organisation", { organisationId })).status).toBe(200);
    const made = await make();
    expect([made.status, made.headers.get("idempotency-replayed")]).toEqual([201, null]);
    const { items } = (await other.done("units.list")).body;
    expect(items).toMatchObject([{ key: unit.key }]);
    expect((await make()).headers.get("idempotency-replayed")).toBe("true");
  });
});
