import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

const MIGRATIONS = join(import.meta.dirname, "../../../../d1-migrations");

/** An empty database with the product's own tables. */
export function migratedDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  for (const file of readdirSync(MIGRATIONS).toSorted()) {
    database.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
  }
  return database;
}

/** What may go wrong around one statement or batch: before it is done, or before its answer came. */
export interface Faults {
  readonly before: () => void;
  readonly after: () => void;
}

const NONE: Faults = { before: () => {}, after: () => {} };

interface Statement {
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/** The part of D1 that the roll-ups use, over Node's SQLite: same statements, same transactions. */
export function sqliteD1(database: DatabaseSync, faults = NONE): D1Database {
  const run = ({ sql, parameters }: Statement) => database.prepare(sql).all(...parameters);
  const faulty = async <T>(work: () => T): Promise<T> => {
    // As over a network, others get their turn in between.
    await Promise.resolve();
    faults.before();
    const done = work();
    await Promise.resolve();
    faults.after();
    return done;
  };
  const prepared = (statement: Statement) => ({
    ...statement,
    bind: (...parameters: readonly SQLInputValue[]) => prepared({ ...statement, parameters }),
    all: () => faulty(() => ({ results: run(statement) })),
  });
  const d1 = {
    prepare: (sql: string) => prepared({ sql, parameters: [] }),
    batch: (statements: readonly Statement[]) =>
      faulty(() => {
        database.exec("BEGIN");
        try {
          for (const statement of statements) run(statement);
          database.exec("COMMIT");
        } catch (error) {
          database.exec("ROLLBACK");
          throw error;
        }
      }),
  };
  return d1 as unknown as D1Database;
}
