import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Access, Grant, GrantReach } from "../../../src/core/access/grant.ts";
import { BUILT_IN_ROLES } from "../../../src/core/access/roles.ts";
import { ALL_SCOPES } from "../../../src/core/access/scopes.ts";
import { appWith } from "./an-app.ts";
import { call, done } from "./api.ts";
import type { Fetch } from "./api.ts";

const reach = (on: Partial<GrantReach>): GrantReach => ({
  organisationId: "default",
  unitId: null,
  projectId: null,
  environmentId: null,
  tag: null,
  ...on,
});

const allow = (scopes: Grant["scopes"], on: Partial<GrantReach> = {}): Grant => ({
  effect: "allow",
  scopes,
  on: reach(on),
});

const deny = (scopes: Grant["scopes"], on: Partial<GrantReach>): Grant => ({
  effect: "deny",
  scopes,
  on: reach(on),
});

/** The app as somebody with these grants meets it. */
function as(grants: readonly Grant[], ceiling: Access["ceiling"] = null): Fetch {
  const id = crypto.randomUUID();
  const credential = {
    id,
    organisationId: "default",
    actor: { kind: "service", id, name: "visitor" },
    access: { grants, ceiling },
  } as const;
  return appWith({ authenticate: () => Promise.resolve(credential) }).fetch;
}

interface World {
  readonly project: string;
  readonly projectId: string;
  readonly dev: string;
  readonly prod: string;
}

async function aWorld(): Promise<World> {
  const project = `p-${crypto.randomUUID()}`;
  await done("projects.create", { body: { key: project } });
  const ids: string[] = [];
  for (const key of ["dev", "prod"]) {
    const tags = { stage: key };
    const made = await done("environments.create", { params: { project }, body: { key, tags } });
    ids.push(made.body.id);
  }
  const row = await env.DB.prepare("SELECT id FROM projects WHERE key = ?").bind(project).first();
  return { project, projectId: String(row?.["id"]), dev: ids[0] ?? "", prod: ids[1] ?? "" };
}

const aFlag = (project: string, key: string, tags = {}) =>
  done("catalogue.create", { params: { project }, body: { key, tags } });

/** The newest entry of the audit log about it. */
const refusalOf = (target: string) =>
  env.DB.prepare(
    "SELECT action, outcome FROM audit_log WHERE target_id = ? ORDER BY sequence DESC LIMIT 1",
  )
    .bind(target)
    .first();

const editor = BUILT_IN_ROLES.editor.scopes;

describe("what a request may do", () => {
  it("is decided where it is aimed: an editor of dev is none of prod", async () => {
    const { project, dev } = await aWorld();
    await aFlag(project, "nav");
    const fetch = as([allow(editor, { environmentId: dev })]);
    const body = { enabled: true };
    const headers = { "if-match": "*" };
    const patch = (environment: string) =>
      call("flags.patch", { params: { project, environment, flag: "nav" }, body, headers }, fetch);
    expect((await patch("dev")).status).toBe(200);
    expect(await patch("prod")).toMatchObject({
      status: 403,
      body: { code: "auth.scope-missing", scope: "flags:write", because: "not-granted" },
    });
  });

  it("is denied by a grant on a tag, however much is allowed besides", async () => {
    const { project } = await aWorld();
    await aFlag(project, "nav");
    const tag = { name: "stage", value: "prod" };
    const fetch = as([allow(ALL_SCOPES), deny(["flags:kill"], { tag })]);
    const kill = (environment: string) =>
      call(
        "flags.kill",
        { params: { project, environment, flag: "nav" }, body: { reason: "test" } },
        fetch,
      );
    expect((await kill("dev")).status).toBe(200);
    expect(await kill("prod")).toMatchObject({ status: 403, body: { because: "denied" } });
  });

  it("may hang on the tags of a flag", async () => {
    const { project } = await aWorld();
    await aFlag(project, "mine", { team: "growth" });
    await aFlag(project, "theirs", { team: "core" });
    const fetch = as([allow(editor, { tag: { name: "team", value: "growth" } })]);
    const read = (flag: string) =>
      call("flags.get", { params: { project, environment: "dev", flag } }, fetch);
    expect((await read("mine")).status).toBe(200);
    expect((await read("theirs")).status).toBe(403);
    const listed = await call("catalogue.list", { params: { project } }, fetch);
    expect(listed.body.items.map((item: { key: string }) => item.key)).toEqual(["mine"]);
  });

  it("is no more than what a token was issued for", async () => {
    const fetch = as([allow(ALL_SCOPES)], ["projects:read"]);
    expect((await call("projects.list", {}, fetch)).status).toBe(200);
    expect(await call("projects.create", { body: { key: "x" } }, fetch)).toMatchObject({
      status: 403,
      body: { because: "beyond-token" },
    });
  });

  it("is asked again by each environment that one request changes", async () => {
    const { project, prod } = await aWorld();
    const fetch = as([allow(ALL_SCOPES), deny(["flags:write"], { environmentId: prod })]);
    const got = await call(
      "catalogue.create",
      { params: { project }, body: { key: "nav", createIn: ["prod"] } },
      fetch,
    );
    expect(got).toMatchObject({ status: 403, body: { scope: "flags:write" } });
    const params = { project, environment: "prod", flag: "nav" };
    expect((await call("flags.get", { params })).status).toBe(404);
    expect(await refusalOf(project)).toEqual({ action: "catalogue.create", outcome: "refused" });
  });

  it("shows of lists what one may see, in whole pages", async () => {
    const first = await aWorld();
    const second = await aWorld();
    const fetch = as([
      allow(["projects:read", "environments:read"], {
        projectId: second.projectId,
        environmentId: second.prod,
      }),
    ]);
    const projects = await call("projects.list", { query: { limit: "1" } }, fetch);
    expect(projects.body).toMatchObject({ items: [{ key: second.project }] });
    const params = { project: second.project };
    const environments = await call("environments.list", { params }, fetch);
    expect(environments.body.items.map((item: { key: string }) => item.key)).toEqual(["prod"]);
    const foreign = { params: { project: first.project } };
    expect((await call("projects.get", foreign, fetch)).status).toBe(403);
  });

  it("is nothing for what does not exist, which is said before what is not allowed", async () => {
    const { project, projectId } = await aWorld();
    const fetch = as([allow(editor, { projectId })]);
    const gone = { params: { project: "none" } };
    expect((await call("projects.get", gone, fetch)).status).toBe(404);
    const params = { project, environment: "none" };
    expect((await call("flags.list", { params }, fetch)).status).toBe(404);
  });

  it("is only for people where it is about the caller", async () => {
    expect(await call("my-tokens.list", {}, as([allow(ALL_SCOPES)]))).toMatchObject({
      status: 403,
      body: { code: "auth.person-required" },
    });
  });

  it("is written down when it was refused", async () => {
    const { project } = await aWorld();
    await call(
      "projects.patch",
      { params: { project }, body: {}, headers: { "if-match": "*" } },
      as([]),
    );
    expect(await refusalOf(project)).toEqual({ action: "projects.patch", outcome: "refused" });
  });
});
