import type { SyncSql } from "./sync-sql.ts";

/**
 * Steps from one version of the tables to the next, each run once and in order. Forward only: a
 * step that has been deployed is never edited.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE settings (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      environment_id TEXT NOT NULL,
      project_id TEXT NOT NULL,
      salt TEXT NOT NULL,
      revision INTEGER NOT NULL,
      accepted_at_ms INTEGER NOT NULL,
      head_hash TEXT NOT NULL
    ) STRICT`,
    // Which version of each document is current. All else about it follows from its versions.
    `CREATE TABLE documents (
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE document_versions (
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      version INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
      body TEXT NOT NULL,
      hash TEXT NOT NULL,
      PRIMARY KEY (kind, key, version)
    ) STRICT`,
    `CREATE INDEX document_versions_by_revision
      ON document_versions (kind, key, revision, version)`,
    `CREATE TABLE log (
      revision INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      target_kind TEXT NOT NULL,
      target_key TEXT NOT NULL,
      reason TEXT,
      request_id TEXT,
      environment TEXT,
      previous_hash TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT`,
    "CREATE INDEX log_by_time ON log (at_ms)",
    `CREATE TABLE log_changes (
      revision INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      before_version INTEGER,
      before_hash TEXT,
      after_version INTEGER NOT NULL,
      after_hash TEXT NOT NULL,
      PRIMARY KEY (revision, ordinal)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX log_changes_by_document ON log_changes (kind, key, revision)",
    `CREATE TABLE outbox (
      topic TEXT PRIMARY KEY,
      revision INTEGER NOT NULL,
      delivered_revision INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      not_before_ms INTEGER NOT NULL,
      last_error TEXT
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE commands (
      command_id TEXT PRIMARY KEY,
      fingerprint TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      accepted_at_ms INTEGER NOT NULL,
      changed_documents INTEGER NOT NULL,
      target_kind TEXT,
      target_key TEXT,
      target_version INTEGER
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX commands_by_time ON commands (at_ms)",
  ],
  [
    // Who is told of changes, in the order of enlisting.
    `CREATE TABLE relays (
      enlisted INTEGER PRIMARY KEY AUTOINCREMENT,
      region TEXT NOT NULL,
      shard INTEGER NOT NULL,
      revision INTEGER,
      acknowledged_at_ms INTEGER,
      sockets INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      silent_since_ms INTEGER,
      not_before_ms INTEGER NOT NULL,
      last_error TEXT,
      UNIQUE (region, shard)
    ) STRICT`,
    `CREATE TABLE gone_relays (
      dropped INTEGER PRIMARY KEY AUTOINCREMENT,
      region TEXT NOT NULL,
      shard INTEGER NOT NULL,
      revision INTEGER,
      gone_at_ms INTEGER NOT NULL,
      UNIQUE (region, shard)
    ) STRICT`,
    `CREATE TABLE receipts (
      region TEXT NOT NULL,
      shard INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      sockets INTEGER NOT NULL,
      PRIMARY KEY (region, shard, revision)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE observations (
      region TEXT NOT NULL,
      shard INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      first_at_ms INTEGER,
      last_older_at_ms INTEGER,
      PRIMARY KEY (region, shard, revision)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // The private halves; the public ones are documents.
    `CREATE TABLE signing_secrets (
      key_id TEXT PRIMARY KEY,
      seed TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // What one relay tries, or has tried, before all got it.
    `CREATE TABLE stages (
      revision INTEGER PRIMARY KEY,
      base INTEGER NOT NULL,
      began_at_ms INTEGER NOT NULL,
      canary_region TEXT NOT NULL,
      canary_shard INTEGER NOT NULL,
      canary_since_ms INTEGER NOT NULL,
      passed_over TEXT NOT NULL,
      outcome TEXT,
      ended_at_ms INTEGER,
      covers INTEGER,
      issue TEXT,
      reverted_by INTEGER
    ) STRICT`,
  ],
];

/** False for an object that was never initialised. Asking writes nothing. */
export function hasTables(sql: SyncSql): boolean {
  const found = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'",
  );
  return [...found].length > 0;
}

/** Brings the tables to the newest version, from nothing if need be. */
export function migrate(sql: SyncSql): void {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT, WITHOUT ROWID",
  );
  const done = new Set(
    Array.from(sql.exec("SELECT version FROM schema_version"), (row) => row["version"]),
  );
  for (const [index, statements] of MIGRATIONS.entries()) {
    const version = index + 1;
    if (done.has(version)) continue;
    for (const statement of statements) sql.exec(statement);
    sql.exec("INSERT INTO schema_version (version) VALUES (?)", version);
  }
}
