import type { identityAdapter } from "../d1/identity-adapter.ts";
import { isRecord } from "../../core/json.ts";
import { sessionTokenHash } from "./session-cookie.ts";

type Adapter = ReturnType<ReturnType<typeof identityAdapter>>;
type Where = NonNullable<Parameters<Adapter["findMany"]>[0]["where"]>[number];

/**
 * Stores the hashes of session tokens in place of the tokens, which are then in cookies alone. Who
 * reads the database, or a copy of it, can take over nobody's session.
 */
export function withHashedTokens(adapter: Adapter): Adapter {
  return {
    ...adapter,
    async create(given) {
      const token: unknown = given.model === "session" ? given.data["token"] : undefined;
      if (typeof token !== "string") return adapter.create(given);
      const data = { ...given.data, token: sessionTokenHash(token) };
      return withToken(await adapter.create({ ...given, data }), token);
    },
    async findOne(given) {
      const found = await adapter.findOne<never>(hashed(given));
      return withToken(found, tokenIn(given));
    },
    findMany: (given) => adapter.findMany(hashed(given)),
    count: (given) => adapter.count(hashed(given)),
    async update(given) {
      const { token: _kept, ...update } = given.update;
      const isSession = given.model === "session";
      const updated = await adapter.update<never>(isSession ? { ...hashed(given), update } : given);
      return withToken(updated, tokenIn(given));
    },
    updateMany: (given) => adapter.updateMany(hashed(given)),
    delete: (given) => adapter.delete(hashed(given)),
    deleteMany: (given) => adapter.deleteMany(hashed(given)),
    consumeOne: (given) => adapter.consumeOne(hashed(given)),
    transaction: (work) =>
      adapter.transaction((within) =>
        work(withHashedTokens({ ...within, transaction: adapter.transaction })),
      ),
  };
}

interface Query {
  readonly model: string;
  readonly where?: Where[] | undefined;
}

function hashed<Given extends Query>(given: Given): Given {
  if (given.model !== "session" || given.where === undefined) return given;
  return { ...given, where: given.where.map(hashedCondition) };
}

function hashedCondition(condition: Where): Where {
  const { field, value } = condition;
  if (field !== "token") return condition;
  if (typeof value === "string") return { ...condition, value: sessionTokenHash(value) };
  if (!Array.isArray(value)) return condition;
  return { ...condition, value: value.map((token) => sessionTokenHash(String(token))) };
}

/** The token that a query asks for, which its answer must carry as it was asked for. */
function tokenIn({ model, where }: Query): string | undefined {
  if (model !== "session") return undefined;
  const value = where?.find(({ field }) => field === "token")?.value;
  return typeof value === "string" ? value : undefined;
}

function withToken<Row>(row: Row, token: string | undefined): Row {
  return token !== undefined && isRecord(row) ? Object.assign(row, { token }) : row;
}
