import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createAuthorities } from "../../../src/adapters/durable-objects/authority-client.ts";
import type { ObjectNamespace } from "../../../src/core/object-namespace.ts";
import { appWithServices } from "../control/an-app.ts";
import { call, done, newPlace } from "../control/api.ts";

/** As the platform is: objects of a jurisdiction are others than those of the same name outside. */
function aNamespace() {
  const asked: string[] = [];
  const part = (prefix: string): ObjectNamespace => ({
    getByName: (name) => {
      asked.push(`${prefix}${name}`);
      return env.ENVIRONMENTS.getByName(name);
    },
  });
  const namespace = { ...part(""), jurisdiction: (name: string) => part(`${name}/`) };
  return { asked, namespace };
}

describe("an environment in a jurisdiction", () => {
  it("has its authority there from the first call on, and works", async () => {
    const { asked, namespace } = aNamespace();
    const { fetch } = appWithServices({
      authorities: createAuthorities(namespace),
      offersJurisdiction: () => true,
    });
    const { project } = await newPlace();
    const body = { key: "prod", jurisdiction: "eu" };
    const made = await call("environments.create", { params: { project }, body }, fetch);
    expect(made).toMatchObject({ status: 201, body: { jurisdiction: "eu", ready: true } });
    const { id } = made.body;
    expect(id).toMatch(/^eu[a-z0-9]{16}$/);
    await call("catalogue.create", { params: { project }, body: { key: "nav" } }, fetch);
    const listed = await call("flags.list", { params: { project, environment: "prod" } }, fetch);
    expect(listed.body.items).toMatchObject([{ flag: { key: "nav" } }]);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((each) => each !== `eu/${id}`)).toEqual([]);
  });

  it("is refused, and nothing is entered, where the platform has none", async () => {
    const { project } = await newPlace();
    const body = { key: "prod", jurisdiction: "eu" };
    const refused = await call("environments.create", { params: { project }, body });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: "environment.jurisdiction-unavailable" },
    });
    const listed = await done("environments.list", { params: { project } });
    expect(listed.body.items).toEqual([]);
  });

  it("is one only if it was asked for", async () => {
    const { project } = await newPlace("dev");
    const params = { project, environment: "dev" };
    expect((await done("environments.get", { params })).body.jurisdiction).toBe("none");
    const body = { key: "prod", jurisdiction: "mars" };
    expect((await call("environments.create", { params, body })).status).toBe(400);
  });
});
