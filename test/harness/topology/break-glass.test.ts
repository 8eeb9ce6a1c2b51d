import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seal } from "../../../scripts/break-glass/seal.ts";
import { parseBreakGlassSecret } from "../../../src/core/authority/break-glass-secret.ts";
import { deploy, TOPOLOGIES, type Deployment } from "./deployment.ts";

describe.each(TOPOLOGIES)("the $name deployment", (topology) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await deploy(topology);
  });
  afterAll(() => deployment.close());

  it("takes a signed kill where flags are evaluated, once", async () => {
    const post = async (path: string, body: object) => {
      const answer = await deployment.control("POST", `/api/v1/projects${path}`, { body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body;
    };
    const project = `p-${crypto.randomUUID().slice(0, 8)}`;
    const at = `/${project}/environments/prod`;
    await post("", { key: project });
    await post(`/${project}/environments`, { key: "prod" });
    await post(`/${project}/flags`, { key: "checkout", base: { enabled: true } });
    const { secret } = await post(`${at}/break-glass-keys`, { name: "safe" });
    const key = parseBreakGlassSecret(secret);
    if (!key.ok) throw new Error(key.error);

    const kill = { flags: ["checkout"], reason: "drill", by: "Grace" };
    const sealed = await seal(key.value, kill, { nowMs: Date.now(), minutes: 5 });
    const body = sealed.ok ? sealed.value : expect.unreachable(sealed.error);
    const send = () => deployment.edge("POST", "/sdk/v1/break-glass", { body });
    expect(await send()).toMatchObject({ status: 200, body: { changed: true } });
    expect((await send()).status).toBe(409);
    const read = await deployment.control("GET", `/api/v1/projects${at}/flags/checkout`);
    expect(read.body.flag.killed).toEqual({ variation: "off", reason: "drill" });
  });
});
