import { exports } from "cloudflare:workers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { sha256Hex } from "../../../src/core/hash/sha256.ts";
import { done, newPlace, readAll } from "../control/api.ts";
import { everythingStored } from "./everything-stored.ts";
import { by, newAccount, newPerson } from "./holders.ts";

/** Every line that the Worker writes while the test runs. */
function captured(): readonly string[] {
  const lines: string[] = [];
  for (const level of ["log", "info", "warn", "error", "debug"] as const) {
    const spy = vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      lines.push(parts.map(String).join(" "));
    });
    onTestFinished(() => spy.mockRestore());
  }
  return lines;
}

const keyed = () => ({ "idempotency-key": crypto.randomUUID() });
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Array.from({ length: count }, (_, index) => index).reduce<Promise<T[]>>(
    async (before, index) => [...(await before), await make(index)],
    Promise.resolve([]),
  );

/** Issues keys in one environment and rotates as many, and evaluates with some. */
async function sdkKeys(count: number): Promise<readonly string[]> {
  const place = await newPlace("dev");
  const pairs = await times(count / 2, async (index) => {
    const body = { kind: index % 2 === 0 ? "server" : "client", name: `key ${index}` };
    const sent = { params: place, headers: keyed(), body };
    const issued = (await done("keys.issue", sent)).body;
    if (index === 0) expect((await done("keys.issue", sent)).body.secret).toBeNull();
    const params = { ...place, key: issued.id };
    const rotated = (await done("keys.rotate", { params, headers: keyed() })).body;
    return [issued.secret, rotated.secret];
  });
  const secrets = pairs.flat();
  for (const secret of secrets.slice(0, 20)) {
    const got = await exports.default.fetch("https://flags.example/ofrep/v1/evaluate/flags", {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: '{"context":{"targetingKey":"ada"}}',
    });
    expect(got.status).toBe(200);
  }
  await readAll("log.list", { params: place }, 200);
  return secrets;
}

/** Issues tokens of an account and rotates as many, and calls with some. */
async function serviceTokens(count: number): Promise<readonly string[]> {
  const params = { serviceAccount: await newAccount(["projects:read"]) };
  const pairs = await times(count / 2, async (index) => {
    const sent = { params, headers: keyed(), body: { name: "t", scopes: ["projects:read"] } };
    const issued = (await done("service-tokens.issue", sent)).body;
    const rotate = { params: { ...params, token: issued.id }, headers: keyed() };
    const rotated = (await done("service-tokens.rotate", rotate)).body;
    if (index === 0) {
      expect((await done("service-tokens.rotate", rotate)).body.secret).toBeNull();
      // What is refused must not be logged either.
      expect((await by(`${issued.secret}x`, "projects.list")).status).toBe(401);
    }
    if (index % 10 === 0) {
      expect((await by(rotated.secret, "projects.list")).status).toBe(200);
    }
    return [issued.secret, rotated.secret];
  });
  return pairs.flat();
}

async function personalTokens(count: number): Promise<readonly string[]> {
  const person = await newPerson("viewer");
  return times(count, async (index) => {
    const sent = { headers: keyed(), body: { name: "t", scopes: ["projects:read"] } };
    const { secret } = (await person.call("my-tokens.issue", sent)).body;
    if (index % 10 === 0) expect((await by(secret, "projects.list")).status).toBe(200);
    return secret;
  });
}

describe("a thousand secrets that were issued and used", () => {
  it("are nowhere in what is stored, and in no line of the log", { timeout: 300_000 }, async () => {
    const lines = captured();
    // Changes of one organisation follow one another in its audit log; an environment's in its own.
    const [keys, tokens] = await Promise.all([
      // An environment holds at most 200 keys.
      times(5, () => sdkKeys(100)).then((all) => all.flat()),
      serviceTokens(350).then(async (all) => [...all, ...(await personalTokens(150))]),
    ]);
    const secrets = [...keys, ...tokens];
    expect(new Set(secrets).size).toBe(1_000);
    const stored = await everythingStored();

    // What is searched is where they would be: the hash of each is there.
    const everything = stored.map(({ text }) => text).join("\n");
    const hashes = secrets.filter((secret) => everything.includes(sha256Hex(secret)));
    expect(hashes).toHaveLength(1_000);
    const places = stored.map(({ place }) => place.split(" ")[0]);
    expect(places).toEqual(expect.arrayContaining(["D1", "ENVIRONMENTS", "RELAYS", "KV"]));
    const log = lines.join("\n");
    for (const line of ["keys.issue", "keys.rotate", "service-tokens.rotate"]) {
      expect(log).toContain(line);
    }

    // Neither whole, nor the random part of it alone.
    const found = [...stored, { place: "log", text: log }].flatMap(({ place, text }) =>
      secrets
        .filter((secret) => text.includes(secret.slice(-39, -6)))
        .map((secret) => `${secret.slice(0, 12)}… in ${place}`),
    );
    expect(found).toEqual([]);
  });
});
