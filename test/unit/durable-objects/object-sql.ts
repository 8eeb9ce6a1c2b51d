import { DatabaseSync } from "node:sqlite";
import { migrate } from "../../../durable-objects/environment-schema.ts";
import { nodeSql } from "../core/authority/an-authority.ts";

/** The tables of an environment's object, in Node's SQLite. */
export function objectSql() {
  const sql = nested(new DatabaseSync(":memory:"));
  migrate(sql);
  return sql;
}

/** Node's SQLite, in which a transaction may run in another, as in a Durable Object. */
function nested(database: DatabaseSync) {
  const sql = nodeSql(database);
  return {
    ...sql,
    transaction: <T>(work: () => T) => (database.isTransaction ? work() : sql.transaction(work)),
  };
}
