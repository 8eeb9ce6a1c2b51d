import { beforeAll, describe, expect, it } from "vitest";
import { mutates } from "../../../src/contract/endpoint.ts";
import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { anOrganisation } from "../isolation/in-process.ts";
import type { World } from "../isolation/world.ts";
import { call, done, newFlag } from "./api.ts";

const rows = Object.entries<EndpointDefinition>(endpoints).map(([id, row]) => ({
  ...row,
  id: id as EndpointId,
}));
const all = rows.filter(({ ifMatch }) => ifMatch !== undefined);
const isOfProject = ({ path }: { readonly path: string }) => path.startsWith("/api/v1/projects");
/** Those of projects and what is in them. */
const comparing = all.filter(isOfProject);

/** An organisation of one's own: what is changed there changes nothing for other tests. */
let world: World;

beforeAll(async () => {
  world = await anOrganisation("versions0000");
}, 60_000);

/** One of everything that can be changed. */
async function aFurnishedPlace() {
  const at = await newFlag({ enabled: true, default: { variation: "off" } });
  const anna = { attribute: "targetingKey", operator: "eq", value: "anna" };
  await done("overrides.create", {
    params: at,
    body: { id: "o-1", if: anna, variation: "on", reason: "ticket 1" },
  });
  await done("segments.create", { params: at, body: { key: "beta" } });
  const issued = await done("keys.issue", { params: at, body: { kind: "server", name: "s" } });
  const glass = await done("break-glass-keys.issue", { params: at, body: { name: "safe" } });
  const breakGlassKey = glass.body.id as string;
  return { ...at, override: "o-1", segment: "beta", key: issued.body.id as string, breakGlassKey };
}
type Params = Awaited<ReturnType<typeof aFurnishedPlace>>;

/** Where the table's own example does not fit the place. */
const BODIES: Partial<Record<EndpointId, unknown>> = {
  "flags.rollback": { toRevision: 2 },
  "environments.rollback": { toRevision: 2 },
  "environments.kill": { flags: ["new-nav"], reason: "r" },
  "environments.unkill": { flags: ["new-nav"] },
};

/** What must be done before, so that the change is possible. */
const FIRST: Partial<Record<EndpointId, (params: Params) => Promise<unknown>>> = {
  "flags.restore": (params) => done("flags.archive", { params }),
  "environments.unkill": (params) =>
    done("flags.kill", { params, body: { variation: null, reason: "r" } }),
  "flags.unkill": (params) =>
    done("flags.kill", { params, body: { variation: null, reason: "r" } }),
};

/** Where the version that an endpoint compares is read. */
function readOf(id: EndpointId): EndpointId {
  if (/^environments\.(?:rollback|kill|unkill)$/.test(id)) return "rulesets.get";
  const group = id.replace(/\..*/, "").replace("overrides", "flags");
  return rows.find((row) => row.id === `${group}.get`)?.id ?? expect.unreachable(group);
}

const revisionOf = async (params: Params) => (await done("rulesets.get", { params })).body.revision;

describe("a change of what exists", () => {
  it.each(comparing)(
    "$id is refused when If-Match names another version, and done when it names the right one",
    async ({ id, request }) => {
      const params = await aFurnishedPlace();
      await FIRST[id]?.(params);
      const body = BODIES[id] ?? request?.example;
      const etag = (await done(readOf(id), { params })).headers.get("etag") ?? "";
      const revision = await revisionOf(params);

      const wrong = await call(id, { params, body, headers: { "if-match": '"99"' } });
      expect(wrong.status).toBe(412);
      expect(wrong.body).toMatchObject({ expected: 99, actual: Number(JSON.parse(etag)) });
      expect(wrong.body.detail).toContain("99");
      expect(wrong.headers.get("etag")).toBe(etag);
      expect((await done(readOf(id), { params })).headers.get("etag")).toBe(etag);
      expect(await revisionOf(params)).toBe(revision);

      const right = await done(id, { params, body, headers: { "if-match": etag } });
      const after = right.headers.get("etag");
      if (id === "segments.delete") expect(after).toBeNull();
      else if (id === "keys.rotate") expect(after).toBe('"1"');
      else expect(Number(JSON.parse(after ?? ""))).toBe(Number(JSON.parse(etag)) + 1);
    },
  );

  it.each(comparing.filter(({ ifMatch }) => ifMatch === "optional"))(
    "$id, which may be urgent, is done without If-Match",
    async ({ id, request }) => {
      const params = await aFurnishedPlace();
      await FIRST[id]?.(params);
      await done(id, { params, body: BODIES[id] ?? request?.example });
    },
  );

  it.each(all.filter((row) => !isOfProject(row)))(
    "$id is refused when If-Match names another version, and done with If-Match: *",
    async ({ id }) => {
      const request = await world.requestFor(id);
      const wrong = await world.send(request, { "if-match": '"999"' });
      expect(wrong).toMatchObject({ status: 412, body: { expected: 999 } });
      expect(wrong.body.code).toMatch(/\.version-conflict$/);
      const right = await world.send(request, { "if-match": "*" });
      expect([200, 201]).toContain(right.status);
    },
  );

  it("that rolls an environment back names both revisions", async () => {
    const params = await aFurnishedPlace();
    const body = { toRevision: 2 };
    const stale = { params, body, headers: { "if-match": '"4"' } };
    expect(await call("environments.rollback", stale)).toMatchObject({
      status: 412,
      body: {
        code: "revision.conflict",
        detail: expect.stringMatching(/revision 4 .* revision 6/),
        expected: 4,
        actual: 6,
      },
    });
  });

  it("of a key names both versions", async () => {
    const params = await aFurnishedPlace();
    const headers = { "if-match": '"7"' };
    for (const id of ["keys.rotate", "keys.revoke"] as const) {
      expect((await call(id, { params, headers })).body).toMatchObject({
        code: "key.version-conflict",
        expected: 7,
        actual: 1,
      });
    }
  });
});

describe("an endpoint that compares no version", () => {
  it.each(rows.filter(({ ifMatch, scope }) => ifMatch === undefined && scope !== "public"))(
    "$id refuses If-Match rather than ignore it",
    async (row) => {
      const request = await world.requestFor(row.id);
      for (const etag of ['"1"', "*", "nonsense"]) {
        const got = await world.send(request, { "if-match": etag });
        expect(got).toMatchObject({
          status: 400,
          body: { code: "request.invalid", errors: [{ in: "header", path: "/if-match" }] },
        });
        const why = mutates(row) ? "no version here to compare" : "changes nothing";
        expect(got.body.detail).toContain(why);
      }
    },
  );
});
