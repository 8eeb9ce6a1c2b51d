import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { call, done, newPlace } from "./api.ts";

it("an environment is made with a signing key, and each rotation adds one that the last endorses", async () => {
  const params = await newPlace("dev");
  const [first, ...none] = (await done("signing-keys.list", { params })).body.items;
  expect(none).toEqual([]);
  expect(first).toMatchObject({ revision: 1, endorsement: null });

  const body = { reason: "The yearly rotation." };
  const headers = { "idempotency-key": crypto.randomUUID() };
  const rotated = await done("signing-keys.rotate", { params, body, headers });
  expect(rotated.body).toMatchObject({ revision: 2, endorsement: expect.any(String) });
  expect(rotated.body.id).not.toBe(first?.id);
  const again = await done("signing-keys.rotate", { params, body, headers });
  expect(again.body).toEqual(rotated.body);
  const { items } = (await done("signing-keys.list", { params })).body;
  expect(items).toEqual([first, rotated.body]);

  const log = await done("log.list", { params, query: { limit: "1" } });
  expect(log.body.items).toMatchObject([
    { action: "signing-key.rotate", reason: "The yearly rotation.", revision: 2 },
  ]);
  expect((await done("log.verify", { params })).body).toMatchObject({ verified: true });
});

it("a rotation without a reason is refused, and makes no key", async () => {
  const params = await newPlace("dev");
  const refused = await call("signing-keys.rotate", { params, body: {} });
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({ code: "reason.required" });
  expect((await done("signing-keys.list", { params })).body.items).toHaveLength(1);
});

it("two rotations at once are one after the other, each endorsed by the one before", async () => {
  const params = await newPlace("dev");
  const rotate = () => done("signing-keys.rotate", { params, body: { reason: "twice" } });
  await Promise.all([rotate(), rotate(), rotate()]);
  const { items } = (await done("signing-keys.list", { params })).body;
  expect(items.map((key: { revision: number }) => key.revision)).toEqual([1, 2, 3, 4]);
  expect(new Set(items.map((key: { id: string }) => key.id)).size).toBe(4);
});

it("the private half of a signing key is in no answer, document or log", async () => {
  const params = await newPlace("dev");
  const rotated = await done("signing-keys.rotate", { params, body: { reason: "drill" } });
  const environment = await done("environments.get", { params });
  const stub = env.ENVIRONMENTS.getByName(environment.body.id);
  const { seeds, rest } = await runInDurableObject(stub, (_, { storage }) => {
    const all = (table: string) => JSON.stringify([...storage.sql.exec(`SELECT * FROM ${table}`)]);
    const found = [...storage.sql.exec("SELECT seed FROM signing_secrets")];
    return {
      seeds: found.map((row) => row["seed"] as string),
      rest: ["document_versions", "log", "log_changes", "commands", "outbox"].map(all).join(),
    };
  });
  expect(seeds).toHaveLength(2);
  for (const seed of seeds) {
    expect(seed).toMatch(/^[0-9a-f]{64}$/);
    expect(rest + JSON.stringify(rotated.body)).not.toContain(seed);
  }
});
