import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { PRESETS } from "../../../src/core/compliance/presets.ts";
import { createConsumer } from "../../../workers/control/events/consume.ts";
import { runRequest } from "../../../src/app/privacy/run-request.ts";
import { chunkOf, exposure, metric } from "../../unit/core/events/chunks.ts";
import { call, done, newPlace } from "../control/api.ts";
import { newWorld, rawObjects, servicesAt } from "./a-unit.ts";
import { faultInChain } from "./chain.ts";

const WHY = { "x-switchyard-reason": "A test of presets." };
const ANY = { "if-match": "*", ...WHY };

const choose = (body: object) => done("compliance.patch", { headers: ANY, body });
afterEach(() => choose({ preset: "standard", auditDetailDays: null }));

describe("the preset of an organisation", () => {
  it("is standard until another is chosen, under its version", async () => {
    const { body: table } = await done("compliance.presets");
    expect(table.presets.map(({ preset }: any) => preset)).toEqual([...PRESETS]);
    const before = await done("compliance.get");
    expect(before.body).toMatchObject({ preset: "standard", switches: { reasonRequired: false } });
    expect((await call("compliance.patch", { body: { preset: "strict" } })).status).toBe(428);
    const headers = { "if-match": before.headers.get("etag") ?? "" };
    const { body } = await done("compliance.patch", { headers, body: { preset: "strict" } });
    expect(body).toMatchObject({ preset: "strict", switches: { reasonRequired: true } });
    const late = { headers: { ...WHY, ...headers }, body: { preset: "defense" } };
    expect((await call("compliance.patch", late)).body).toMatchObject({
      code: "compliance.version-conflict",
      expected: before.body.version,
    });
  });

  it("strict: refuses every change without a reason, in the header or the body", async () => {
    const place = await newPlace("dev");
    await choose({ preset: "strict" });
    const bare = { params: place, headers: { "if-match": "*" }, body: { name: "Dev" } };
    const got = await call("environments.patch", bare);
    expect(got).toMatchObject({ status: 400, body: { code: "reason.required" } });
    expect(got.body.detail).toContain("strict");
    await done("environments.patch", { ...bare, headers: ANY });
    const segment = { params: place, headers: WHY, body: { key: "beta" } };
    await done("segments.create", segment);
    await done("privacy-requests.create", {
      body: {
        kind: "export",
        unit: "ada",
        reason: "Art. 15.",
        environments: [`${place.project}/dev`],
      },
    });
    expect((await call("projects.list")).status).toBe(200);
  });

  it("strict: wants origins of client keys, ends of tokens, and stages in production", async () => {
    const { body: account } = await done("service-accounts.create", {
      body: { name: `bot-${crypto.randomUUID()}` },
    });
    const { project } = await newPlace("dev");
    const production = { project, environment: "prod" };
    await done("environments.create", {
      params: { project },
      body: { key: "prod", production: true },
    });
    await choose({ preset: "strict" });
    const refused = async (id: any, sent: object) => {
      const got = await call(id, { headers: ANY, ...sent });
      expect(got.body).toMatchObject({ code: "compliance.refused", status: 422 });
      return got.body.detail;
    };
    const clientKey = { params: production, headers: WHY, body: { kind: "client", name: "web" } };
    expect(await refused("keys.issue", clientKey)).toContain("origins");
    const origins = ["https://shop.example"];
    await done("keys.issue", { ...clientKey, body: { ...clientKey.body, origins } });
    await done("keys.issue", { ...clientKey, body: { kind: "server", name: "back end" } });

    const params = { serviceAccount: account.id };
    const token = { name: "ci", scopes: ["flags:read"] };
    const never = { params, headers: WHY, body: { ...token, expiresAt: null } };
    expect(await refused("service-tokens.issue", never)).toContain("365 days");
    await done("service-tokens.issue", { params, headers: WHY, body: token });
    await choose({ preset: "defense" });
    const inAYear = { ...token, expiresAt: Date.now() + 300 * 86_400_000 };
    await refused("service-tokens.issue", { params, headers: WHY, body: inAYear });

    const atOnce = { params: production, body: { stagedPublish: false } };
    expect(await refused("delivery.patch", atOnce)).toContain("stages");
    await done("delivery.patch", {
      ...atOnce,
      headers: ANY,
      params: { project, environment: "dev" },
    });
  });

  it("strict: masks personal data in the audit log before it is stored; defense removes it", async () => {
    const place = await newPlace("dev");
    const services = servicesAt(Date.now());
    const entryOf = async (email: string) => {
      const headers = { "if-match": "*", "x-switchyard-reason": `Asked for by ${email}` };
      await done("environments.patch", {
        params: place,
        headers,
        body: { tags: { owner: email } },
      });
      const all = await services.auditDetails.list("default", 0, 10_000);
      return JSON.stringify(all.findLast(({ action }) => action === "environment.patch"));
    };
    expect(await entryOf("first@example.com")).toContain("first@example.com");
    await choose({ preset: "strict" });
    const strict = await entryOf("second@example.com");
    expect(strict).toContain("s***@example.com");
    expect(strict).not.toContain("second@");
    await choose({ preset: "defense" });
    const defense = await entryOf("third@example.com");
    expect(defense).toContain("[email]");
    expect(defense).not.toContain("example.com");
    expect(await faultInChain()).toBeNull();
  });

  it("keeps audit details at least as long as it says", async () => {
    const got = await call("compliance.patch", {
      headers: ANY,
      body: { preset: "strict", auditDetailDays: 100 },
    });
    expect(got.body).toMatchObject({ code: "compliance.refused" });
    expect(got.body.detail).toContain("at least 365");
    expect((await choose({ preset: "standard", auditDetailDays: 100 })).body.auditDetailDays).toBe(
      100,
    );
    const later = await call("compliance.patch", { headers: ANY, body: { preset: "defense" } });
    expect(later.body.code).toBe("compliance.refused");
  });
});

const consumeNow = async (environment: string, events: any[]) => {
  const chunk = chunkOf(events, { environment, receivedAtMs: Date.now() });
  const message = { id: crypto.randomUUID(), body: chunk, attempts: 1 };
  const [outcome] = await createConsumer(env, () => {}).consume("switchyard-events", [message]);
  expect(outcome).toEqual({ kind: "done" });
};
const keptOf = async (environment: string) =>
  (await rawObjects(environment)).flatMap(({ events }) => events);

describe("how an environment treats personal data", () => {
  it("is set under a version: private attributes never reach the store, units are hashed alike", async () => {
    const { place, environmentId, unit, name } = await newWorld();
    const attributes = { email: unit, plan: "pro", note: "call +49 30 1234567" };
    const both = () => [
      exposure({ targetingKey: unit, attributes }),
      metric({ targetingKey: unit }),
    ];
    expect((await done("privacy-settings.get", { params: place })).body).toMatchObject({
      privateAttributes: [],
      hashUnits: false,
      version: 0,
    });
    await consumeNow(environmentId, both());
    const set = {
      privateAttributes: ["email"],
      attributeMasking: "mask",
      hashUnits: true,
      rawEventDays: 30,
    };
    const { body } = await done("privacy-settings.patch", {
      params: place,
      headers: { "if-match": '"0"' },
      body: set,
    });
    expect(body).toMatchObject({ ...set, version: 1, effective: { hashUnits: true } });
    expect(JSON.stringify(body)).not.toContain("pepper");
    const stale = { params: place, headers: { "if-match": '"0"' }, body: { hashUnits: false } };
    expect((await call("privacy-settings.patch", stale)).body.code).toBe(
      "privacy-settings.version-conflict",
    );
    await consumeNow(environmentId, both());
    const kept = await keptOf(environmentId);
    const hashed = kept.filter(({ targetingKey }) => targetingKey !== unit);
    expect(hashed).toHaveLength(2);
    expect(new Set(hashed.map(({ targetingKey }) => targetingKey)).size).toBe(1);
    expect(hashed[0].targetingKey).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(JSON.stringify(hashed)).not.toContain(unit);
    const withNote = hashed.find(({ kind }) => kind === "exposure");
    expect(withNote.attributes).toEqual({ plan: "pro", note: "call +** ** *****67" });

    // Who asks for an erasure knows the key, not its hash: both kinds of events are found.
    const { body: created } = await done("privacy-requests.create", {
      body: { kind: "erasure", unit, environments: [name], reason: "Art. 17." },
    });
    const services = servicesAt(Date.now());
    const request = await services.privacyRequests.find("default", created.id);
    await runRequest(request!, { steps: 500, forMs: 20_000 }, services);
    expect(await keptOf(environmentId)).toEqual([]);
  });

  it("follows the organisation's preset where that is stricter", async () => {
    const { place, environmentId, unit } = await newWorld();
    await choose({ preset: "defense" });
    const { body } = await done("privacy-settings.get", { params: place });
    expect(body).toMatchObject({
      hashUnits: false,
      effective: { hashUnits: true, attributeMasking: "remove", rawEventDays: 90 },
    });
    await consumeNow(environmentId, [exposure({ targetingKey: unit, attributes: { mail: unit } })]);
    await consumeNow(environmentId, [metric({ targetingKey: unit })]);
    const kept = await keptOf(environmentId);
    expect(JSON.stringify(kept)).not.toContain(unit);
    expect(new Set(kept.map(({ targetingKey }) => targetingKey)).size).toBe(1);
    expect(kept.find(({ kind }) => kind === "exposure").attributes).toEqual({ mail: "[email]" });
    // A pepper that was made by itself is no version of the settings.
    expect((await done("privacy-settings.get", { params: place })).body.version).toBe(0);
    await done("privacy-settings.patch", {
      params: place,
      headers: { ...WHY, "if-match": '"0"' },
      body: { rawEventDays: 7 },
    });
  });

  it("holds for messages that are set aside as well", async () => {
    const { place, environmentId, unit } = await newWorld();
    const headers = { "if-match": '"0"' };
    await done("privacy-settings.patch", { params: place, headers, body: { hashUnits: true } });
    const chunk = chunkOf([exposure({ targetingKey: unit })], { environment: environmentId });
    const message = { id: crypto.randomUUID(), body: chunk, attempts: 6, error: null };
    await createConsumer(env, () => {}).setAside("switchyard-events", [message]);
    const row = await env.DB.prepare("SELECT id FROM dead_letters WHERE environment_id = ?")
      .bind(environmentId)
      .first<{ id: string }>();
    const body = await (await env.RAW_EVENTS.get(`dead/${row!.id}.json`))!.text();
    expect(body).not.toContain(unit);
    expect(JSON.parse(body)).toMatchObject({ id: chunk.id, events: [{ kind: "exposure" }] });
  });
});
