import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { AuthorityUnavailable } from "../../../src/app/authorities.ts";
import type { AuthorityApi } from "../../../src/core/authority/authority-api.ts";
import { environmentId } from "../../../src/core/brand.ts";
import { LIMITS } from "../../../src/core/documents/limits.ts";
import { createServices } from "../../../workers/control/services.ts";
import { envelopeOf } from "../../unit/core/authority/builders.ts";
import { appWith, appWithServices, sources } from "./an-app.ts";
import { call, done, newFlag, newPlace } from "./api.ts";

const sevens = (length: number) => new Uint8Array(length).fill(7);

/** What a call ends with when the platform drops it. */
const lost = () => {
  const cause = Object.assign(new Error("reset"), { durableObjectReset: true });
  return new AuthorityUnavailable("reset", { cause });
};

describe("refusals that take some doing", () => {
  it("an environment whose authority was made otherwise than the catalogue says", async () => {
    const { project } = await newPlace();
    let id = "";
    const unreachable = appWithServices({
      authorities: {
        of: (of) => {
          id = of;
          return { apply: () => Promise.reject(lost()) } as never;
        },
      },
    }).fetch;
    const sent = { params: { project }, body: { key: "dev" } };
    expect((await call("environments.create", sent, unreachable)).status).toBe(503);
    const authority = env.ENVIRONMENTS.getByName(id) as unknown as AuthorityApi;
    const command = {
      kind: "environment.initialize",
      projectId: "another",
      environmentId: environmentId(id),
      salt: "another",
    } as const;
    expect((await authority.apply(envelopeOf(command))).ok).toBe(true);

    const got = await call("environments.create", sent);
    expect(got).toMatchObject({
      status: 409,
      body: { code: "environment.initialized-differently", field: "projectId" },
    });
    expect(got.body.detail).toContain("Create a new environment");
  });

  it("a segment that is too long, told with the limit and what it would be", async () => {
    const at = await newPlace("dev");
    const included = Array.from({ length: 2_000 }, (_, i) => String(i).padEnd(300, "x"));
    const got = await call("segments.create", { params: at, body: { key: "beta", included } });
    expect(got).toMatchObject({
      status: 422,
      body: { code: "limit.exceeded", what: "documentBytes", limit: LIMITS.documentBytes },
    });
    expect(got.body.actual).toBeGreaterThan(2_000 * 300);
    expect(got.body.detail).toContain(`at most ${LIMITS.documentBytes} and would be`);
  });

  it("a kill or an override without a reason, which may be in the body or in the header", async () => {
    const at = await newFlag();
    const anna = { attribute: "targetingKey", operator: "eq", value: "anna" };
    const bodies = {
      "flags.kill": { variation: "off" },
      "overrides.create": { if: anna, variation: "on" },
    } as const;
    for (const id of ["flags.kill", "overrides.create"] as const) {
      const body = bodies[id];
      for (const headers of [undefined, { "x-switchyard-reason": "   " }]) {
        const sent = { params: at, body, ...(headers === undefined ? {} : { headers }) };
        expect(await call(id, sent)).toMatchObject({
          status: 400,
          body: {
            code: "reason.required",
            detail: expect.stringMatching(/"reason" in the body.*x-switchyard-reason/),
          },
        });
      }
      const headers = { "x-switchyard-reason": "fire" };
      const { flag } = (await done(id, { params: at, body, headers })).body;
      expect((flag.killed ?? flag.overrides[0]).reason).toBe("fire");
    }
    const blank = { params: at, body: { variation: "off", reason: "  " } };
    expect((await call("flags.kill", blank)).body.code).toBe("request.invalid");
  });

  it("a key that chance has made before", async () => {
    const at = await newPlace("dev");
    const loaded = appWith({ randomBytes: sevens }).fetch;
    const sent = { params: at, body: { kind: "server", name: "s" } };
    const first = await call("keys.issue", sent, loaded);
    expect(first.status).toBe(201);
    const again = await call("keys.issue", sent, loaded);
    expect(again).toMatchObject({ status: 409, body: { code: "key.already-exists" } });
    expect(again.body.detail).toContain(`has a key "${first.body.id}" already`);
    const params = { ...at, key: first.body.id };
    expect((await call("keys.rotate", { params }, loaded)).body.code).toBe("key.already-exists");
  });

  it("an override of a name that is taken, in good English", async () => {
    const at = await newFlag();
    const anna = { attribute: "targetingKey", operator: "eq", value: "anna" };
    const sent = { params: at, body: { id: "o-1", if: anna, variation: "on", reason: "r" } };
    await done("overrides.create", sent);
    expect((await call("overrides.create", sent)).body.detail).toContain('has an override "o-1"');
  });

  it("a circle of segments, shown in the one that was sent", async () => {
    const at = await newPlace("dev");
    await done("segments.create", { params: at, body: { key: "a" } });
    await done("segments.create", { params: at, body: { key: "b", rules: [{ segment: "a" }] } });
    const params = { ...at, segment: "a" };
    const sent = { params, headers: { "if-match": '"1"' }, body: { rules: [{ segment: "b" }] } };
    expect((await call("segments.patch", sent)).body).toMatchObject({
      code: "document.invalid",
      errors: [{ path: "/rules/0/segment", code: "segment.cycle" }],
    });
  });
});

describe("moments in a request", () => {
  it("are milliseconds or ISO 8601 when a ruleset is asked for, and nothing else", async () => {
    const at = await newFlag();
    const { createdAtMs } = (await done("flags.get", { params: at })).body;
    const revisionAt = async (instant: string) =>
      (await done("rulesets.get", { params: at, query: { at: instant } })).body.revision;
    for (const [ms, revision] of [
      [createdAtMs, 2],
      [createdAtMs - 60_000, 0],
    ]) {
      expect(await revisionAt(String(ms))).toBe(revision);
      expect(await revisionAt(new Date(ms).toISOString())).toBe(revision);
    }
    const wrong = await call("rulesets.get", { params: at, query: { at: "yesterday" } });
    expect(wrong.body).toMatchObject({ code: "request.invalid", errors: [{ path: "/at" }] });
    expect(wrong.body.detail).toMatch(/"yesterday".*milliseconds.*ISO 8601/);
  });

  it("are the same when an evaluation is explained", async () => {
    const at = await newFlag({ enabled: true, default: { variation: "off" } });
    const later = { attribute: "$now", operator: "after", value: "2030-01-01T00:00:00Z" };
    await done("flags.patch", {
      params: at,
      headers: { "if-match": "*" },
      body: { rules: [{ id: "r", if: later, then: { variation: "on" } }] },
    });
    const variationAt = async (now: unknown) => {
      const body = { context: { targetingKey: "u" }, now };
      return (await done("flags.explain", { params: at, body })).body.evaluation.variation;
    };
    expect(await variationAt("2029-12-31T23:59:59Z")).toBe("off");
    expect(await variationAt("2030-01-01T00:00:01Z")).toBe("on");
    expect(await variationAt(Date.UTC(2031, 0))).toBe("on");
  });
});

const killed = (params: Record<string, string>, key?: string) => ({
  params,
  body: { variation: "off", reason: "r" },
  ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
});

/** Once, the authority's answer is lost: to the caller, or to the call that asks again. */
function losing(way: "caller" | "call") {
  let isFirst = true;
  return appWith({
    services: (bindings) => {
      const services = createServices(bindings, sources);
      const of = (id: Parameters<typeof services.authorities.of>[0]): AuthorityApi => {
        const authority = services.authorities.of(id);
        const apply = async (...given: Parameters<typeof authority.apply>) => {
          const answer = await authority.apply(...given);
          if (!isFirst) return answer;
          isFirst = false;
          if (way === "call") return authority.apply(...given);
          throw lost();
        };
        return { ...authority, apply };
      };
      return { ...services, authorities: { of } };
    },
  }).fetch;
}

describe("idempotency-replayed", () => {
  it("is said when the authority answers a repetition from its own memory", async () => {
    const at = await newFlag();
    const fetch = losing("caller");
    const sent = killed(at, crypto.randomUUID());
    expect((await call("flags.kill", sent, fetch)).status).toBe(503);
    const again = await call("flags.kill", sent, fetch);
    expect(again.status).toBe(200);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const third = await call("flags.kill", sent, fetch);
    expect(third.body).toEqual(again.body);
    expect(third.headers.get("idempotency-replayed")).toBe("true");
  });

  it("is said when a key was issued by the first attempt", async () => {
    const at = await newPlace("dev");
    const fetch = losing("caller");
    const sent = {
      params: at,
      body: { kind: "server", name: "s" },
      headers: { "idempotency-key": crypto.randomUUID() },
    };
    expect((await call("keys.issue", sent, fetch)).status).toBe(503);
    const again = await call("keys.issue", sent, fetch);
    expect(again.body.secret).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("is not said of the first answer, however often the Worker had to ask for it", async () => {
    const at = await newFlag();
    for (const key of [crypto.randomUUID(), undefined]) {
      const first = await call("flags.kill", killed(at, key), losing("call"));
      expect(first.status).toBe(200);
      expect(first.headers.get("idempotency-replayed")).toBeNull();
      await done("flags.unkill", { params: at });
    }
  });

  it("is said of a rotation under If-Match that is attempted again", async () => {
    const at = await newPlace("dev");
    const issued = await done("keys.issue", { params: at, body: { kind: "server", name: "s" } });
    const fetch = losing("caller");
    const sent = {
      params: { ...at, key: issued.body.id },
      headers: { "idempotency-key": crypto.randomUUID(), "if-match": '"1"' },
    };
    expect((await call("keys.rotate", sent, fetch)).status).toBe(503);
    const again = await call("keys.rotate", sent, fetch);
    expect(again).toMatchObject({ status: 201, body: { secret: null } });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await done("keys.list", { params: at })).body.items).toHaveLength(2);
  });
});
