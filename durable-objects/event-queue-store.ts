import type {
  Backlog,
  EmbeddedQueueStore,
  OfferedMessage,
  QueuedMessage,
} from "../src/core/events/embedded-queue.ts";
import { numberOf, type SyncSql, textOf, textOrNullOf } from "./sync-sql.ts";

// `seq` keeps messages that are due at the same moment in the order in which they came.
const TABLES = [
  `CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    size INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last_error TEXT
  ) STRICT`,
  "CREATE INDEX IF NOT EXISTS messages_by_due ON messages (due_ms, seq)",
  // Of one row, kept by triggers: counting the messages would read all of them.
  `CREATE TABLE IF NOT EXISTS backlog (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    messages INTEGER NOT NULL,
    size INTEGER NOT NULL
  ) STRICT`,
  "INSERT OR IGNORE INTO backlog (id, messages, size) VALUES (1, 0, 0)",
  `CREATE TRIGGER IF NOT EXISTS message_came AFTER INSERT ON messages BEGIN
    UPDATE backlog SET messages = messages + 1, size = size + NEW.size;
  END`,
  `CREATE TRIGGER IF NOT EXISTS message_left AFTER DELETE ON messages BEGIN
    UPDATE backlog SET messages = messages - 1, size = size - OLD.size;
  END`,
];

/** The queue's port over SQLite. What names a table is here. */
export class EventQueueStore implements EmbeddedQueueStore {
  readonly #sql: SyncSql;

  constructor(sql: SyncSql) {
    this.#sql = sql;
    sql.transaction(() => {
      for (const statement of TABLES) sql.exec(statement);
    });
  }

  backlog(): Backlog {
    const [row] = [...this.#sql.exec("SELECT messages, size FROM backlog")];
    if (row === undefined) return { messages: 0, size: 0 };
    return { messages: numberOf(row, "messages"), size: numberOf(row, "size") };
  }

  add({ id, body }: OfferedMessage, dueMs: number): void {
    this.#run(
      `INSERT INTO messages (id, body, size, due_ms, failures) VALUES (?, ?, ?, ?, 0)
        ON CONFLICT (id) DO NOTHING`,
      id,
      body,
      body.length,
      dueMs,
    );
  }

  *due(nowMs: number, limit: number): Iterable<QueuedMessage> {
    const rows = this.#sql.exec(
      `SELECT id, body, failures, last_error FROM messages
        WHERE due_ms <= ? ORDER BY due_ms, seq LIMIT ?`,
      nowMs,
      limit,
    );
    for (const row of rows) {
      yield {
        id: textOf(row, "id"),
        body: textOf(row, "body"),
        failures: numberOf(row, "failures"),
        lastError: textOrNullOf(row, "last_error"),
      };
    }
  }

  remove(id: string): void {
    this.#run("DELETE FROM messages WHERE id = ?", id);
  }

  postpone(id: string, dueMs: number, error: string): void {
    this.#run(
      "UPDATE messages SET due_ms = ?, failures = failures + 1, last_error = ? WHERE id = ?",
      dueMs,
      error,
      id,
    );
  }

  nextDueMs(): number | null {
    const rows = this.#sql.exec("SELECT due_ms FROM messages ORDER BY due_ms, seq LIMIT 1");
    const [row] = [...rows];
    return row === undefined ? null : numberOf(row, "due_ms");
  }

  transaction<T>(work: () => T extends PromiseLike<unknown> ? never : T): T {
    return this.#sql.transaction(work);
  }

  #run(statement: string, ...parameters: readonly (string | number)[]): void {
    this.#sql.exec(statement, ...parameters);
  }
}
