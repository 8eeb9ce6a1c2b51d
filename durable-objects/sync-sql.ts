import { invariant } from "../src/core/result.ts";

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;

/** What the store needs of a synchronous SQLite: a Durable Object's, or Node's. */
export interface SyncSql {
  /** Runs one statement at once, and gives its rows. */
  exec(statement: string, ...parameters: readonly SqlValue[]): Iterable<SqlRow>;
  /** Runs `work` atomically: what it wrote is undone when it throws. */
  transaction<T>(work: () => T): T;
}

// Columns are read through these, so that a row is never trusted for its types.

export function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  invariant(typeof value === "string", `column ${column} holds text`);
  return value;
}

export function numberOf(row: SqlRow, column: string): number {
  const value = row[column];
  invariant(typeof value === "number", `column ${column} holds a number`);
  return value;
}

export function textOrNullOf(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

export function numberOrNullOf(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : numberOf(row, column);
}
