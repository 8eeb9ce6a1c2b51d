import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** One place and all that is written there, as text. */
export interface Stored {
  readonly place: string;
  readonly text: string;
}

/** Everything that D1, the Durable Objects, KV and R2 hold. */
export async function everythingStored(): Promise<readonly Stored[]> {
  const objects = await Promise.all([
    objectsOf("ENVIRONMENTS", env.ENVIRONMENTS),
    objectsOf("RELAYS", env.RELAYS),
    objectsOf("EMBEDDED_QUEUE", env.EMBEDDED_QUEUE),
    objectsOf("RATE_LIMITS", env.RATE_LIMITS),
  ]);
  return [...(await database()), ...objects.flat(), ...(await keyValues()), ...(await bucket())];
}

async function database(): Promise<readonly Stored[]> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all<{ name: string }>();
  const tables = results.map(async ({ name }) => {
    const { results: rows } = await env.DB.prepare(`SELECT * FROM "${name}"`).all();
    return { place: `D1 ${name}`, text: JSON.stringify(rows) };
  });
  return Promise.all(tables);
}

async function objectsOf(
  name: string,
  namespace: DurableObjectNamespace<Rpc.DurableObjectBranded & DurableObject>,
): Promise<readonly Stored[]> {
  const ids = await listDurableObjectIds(namespace);
  const objects = ids.map((id) =>
    runInDurableObject(namespace.get(id), async (_, { storage }) => {
      const tables = storage.sql
        .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
        .toArray()
        .filter((table) => !table.name.startsWith("_cf"))
        .map((table) => storage.sql.exec(`SELECT * FROM "${table.name}"`).toArray());
      const values = [...(await storage.list()).entries()];
      return JSON.stringify({ tables, values }, (_key, value: unknown) =>
        value instanceof ArrayBuffer || value instanceof Uint8Array
          ? new TextDecoder("latin1").decode(value)
          : value,
      );
    }),
  );
  return (await Promise.all(objects)).map((text) => ({ place: name, text }));
}

async function keyValues(): Promise<readonly Stored[]> {
  const { keys } = await env.CONFIG.list();
  const values = keys.map(async (key) => ({
    place: `KV ${key.name}`,
    text: `${JSON.stringify(key)} ${await env.CONFIG.get(key.name)}`,
  }));
  return Promise.all(values);
}

async function bucket(): Promise<readonly Stored[]> {
  const { objects } = await env.RAW_EVENTS.list();
  const bodies = objects.map(async ({ key }) => ({
    place: `R2 ${key}`,
    text: `${key} ${await (await env.RAW_EVENTS.get(key))?.text()}`,
  }));
  return Promise.all(bodies);
}
