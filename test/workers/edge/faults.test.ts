import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { FLAGS, Isolate, newKey } from "./an-edge.ts";
import { aSubject, faulty, publish, type Subject } from "./faulty-world.ts";

let subject: Subject;
beforeAll(async () => {
  subject = await aSubject();
});

describe("while something is down", () => {
  it("an answer that is marked is in the log, and in health", async () => {
    const isolate = new Isolate();
    await isolate.flag(subject.tenant, "a");
    isolate.env = faulty(subject, "error", "error");
    await isolate.later(60_000).flag(subject.tenant, "a");
    expect(isolate.lines).toContainEqual(
      expect.objectContaining({ event: "answers.stale", environmentId: subject.tenant.id }),
    );
    expect((await isolate.call("/healthz", { method: "GET" })).json).toMatchObject({
      dependencies: { authority: "down" },
      counters: { stale: 1 },
    });
  });

  it("a revoked key stays out of an isolate that starts from an older boot copy once it is confirmed", async () => {
    const { tenant: mine } = await aSubject();
    const { id, text } = await mine.issue("server");
    await publish(mine);
    await mine.environment.do({ kind: "key.revoke", id });
    const isolate = new Isolate();
    expect((await isolate.bulk(text, {})).status).toBe(401);
  });

  it("everything is as before when it is over", async () => {
    const isolate = new Isolate();
    isolate.env = faulty(subject, "error", "works");
    await isolate.flag(subject.tenant, "a");
    isolate.env = env;
    await isolate.later(3_000).flag(subject.tenant, "a");
    const called = await isolate.flag(subject.tenant, "a");
    expect(called.headers.has("x-switchyard-stale")).toBe(false);
    expect((await isolate.call("/healthz", { method: "GET" })).json).toMatchObject({
      status: "ok",
      dependencies: { authority: "up", kv: "up" },
    });
  });

  it("a boot copy that was tampered with is not used", async () => {
    const { tenant: mine } = await aSubject();
    const key = `env:${mine.id}:snapshot`;
    const isolate = new Isolate();
    isolate.env = faulty(subject, "error", "works");
    await env.CONFIG.put(key, (await env.CONFIG.get(key))!.replace('"on"', '"???"'), {
      metadata: { revision: 3 },
    });
    expect((await isolate.flag(mine, "a")).status).toBe(503);
    const stolen = await env.CONFIG.get(`env:${subject.tenant.id}:snapshot`);
    await env.CONFIG.put(key, stolen!, { metadata: { revision: 9 } });
    // The other environment's keys and flags must not open under this one's name.
    expect((await isolate.later(3_000).flag(mine, "a")).status).toBe(503);
    const borrowed = newKey("server", mine.id);
    expect((await isolate.later(3_000).bulk(borrowed, {})).status).toBe(503);
  });
});

describe("many at once", () => {
  it("a hundred requests to a cold isolate are all answered, by one question to the authority", async () => {
    let asked = 0;
    const isolate = new Isolate();
    isolate.env = {
      ...faulty(subject, "works", "works"),
      RELAYS: {
        getByName: (name) => {
          asked += 1;
          return env.RELAYS.getByName(name);
        },
      },
    };
    const calls = Array.from({ length: 100 }, () =>
      isolate.call(FLAGS, { key: subject.tenant.server }),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(asked).toBe(1);
  });
});
