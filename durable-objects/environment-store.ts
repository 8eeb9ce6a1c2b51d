import type { LogFilter } from "../src/core/authority/authority-api.ts";
import type {
  AuthorityStore,
  CommandRecord,
  LogRange,
  StoreAudit,
  StoreRoot,
} from "../src/core/authority/authority-store.ts";
import { GENESIS_HASH, type StoredText } from "../src/core/authority/chain.ts";
import type { DocumentVersion, VersionName } from "../src/core/authority/document-version.ts";
import type { KeptKind } from "../src/core/authority/kept-kind.ts";
import type { EnvironmentSettings, LogEntry } from "../src/core/authority/log-entry.ts";
import type { OutboxRow } from "../src/core/authority/outbox.ts";
import { canonicalJson } from "../src/core/json.ts";
import {
  toChange,
  toCommand,
  toEntry,
  toOutboxRow,
  toRoot,
  toStoredText,
  toVersion,
  toVersionName,
} from "./environment-rows.ts";
import { hasTables, migrate } from "./environment-schema.ts";
import { numberOf, type SqlRow, type SqlValue, type SyncSql } from "./sync-sql.ts";

/** The authority's port over SQLite. What names a table is here or in the schema. */
export class EnvironmentStore implements AuthorityStore {
  readonly #sql: SyncSql;

  constructor(sql: SyncSql) {
    this.#sql = sql;
    if (hasTables(sql)) sql.transaction(() => migrate(sql));
  }

  root(): StoreRoot | null {
    const row = hasTables(this.#sql) ? this.#one("SELECT * FROM settings") : null;
    return row === null ? null : toRoot(row);
  }

  create({ environmentId, projectId, salt }: EnvironmentSettings): void {
    migrate(this.#sql);
    this.#all(
      `INSERT INTO settings
        (id, environment_id, project_id, salt, revision, accepted_at_ms, head_hash)
        VALUES (1, ?, ?, ?, 0, 0, ?)`,
      environmentId,
      projectId,
      salt,
      GENESIS_HASH,
    );
  }

  currentVersions(): Iterable<DocumentVersion> {
    const source = "documents JOIN document_versions v USING (kind, key, version)";
    return this.#all(versionsFrom(source)).map(toVersion);
  }

  versionsAt(revision: number): Iterable<DocumentVersion> {
    const source = `(
      SELECT kind, key, MAX(version) AS version FROM document_versions
      WHERE revision <= ? GROUP BY kind, key
    ) JOIN document_versions v USING (kind, key, version)`;
    return this.#all(versionsFrom(source), revision).map(toVersion);
  }

  versionAt(kind: KeptKind, key: string, revision: number): DocumentVersion | null {
    const row = this.#one(
      `${versionsFrom("document_versions v")}
        WHERE v.kind = ? AND v.key = ? AND v.revision <= ? ORDER BY v.version DESC LIMIT 1`,
      kind,
      key,
      revision,
    );
    return row === null ? null : toVersion(row);
  }

  version({ kind, key, version }: VersionName): DocumentVersion | null {
    const row = this.#one(
      `${versionsFrom("document_versions v")} WHERE v.kind = ? AND v.key = ? AND v.version = ?`,
      kind,
      key,
      version,
    );
    return row === null ? null : toVersion(row);
  }

  acceptedAtMs(revision: number): number | null {
    const row = this.#one("SELECT at_ms FROM log WHERE revision = ?", revision);
    return row === null ? null : numberOf(row, "at_ms");
  }

  revisionAt(atMs: number): number {
    const row = this.#one(
      "SELECT revision FROM log WHERE at_ms <= ? ORDER BY at_ms DESC, revision DESC LIMIT 1",
      atMs,
    );
    return row === null ? 0 : numberOf(row, "revision");
  }

  *entriesBefore({ before, limit, document, filter }: LogRange): Iterable<LogEntry> {
    const source =
      document === null
        ? "FROM log WHERE revision < ?"
        : "FROM log_changes c JOIN log USING (revision) WHERE c.kind = ? AND c.key = ? AND c.revision < ?";
    const named = document === null ? [] : [document.kind, document.key];
    const wanted = filterSql(filter);
    yield* this.#entries(
      this.#all(
        `SELECT log.* ${[source, ...wanted.map(({ sql }) => sql)].join(" AND ")}
          ORDER BY revision DESC LIMIT ?`,
        ...named,
        before ?? Number.MAX_SAFE_INTEGER,
        ...wanted.map(({ value }) => value),
        limit,
      ),
    );
  }

  *entriesAfter(revision: number, limit: number): Iterable<LogEntry> {
    yield* this.#entries(
      this.#all("SELECT * FROM log WHERE revision > ? ORDER BY revision LIMIT ?", revision, limit),
    );
  }

  *#entries(rows: readonly SqlRow[]): Iterable<LogEntry> {
    for (const row of rows) {
      const changes = this.#all(
        "SELECT * FROM log_changes WHERE revision = ? ORDER BY ordinal",
        numberOf(row, "revision"),
      );
      yield toEntry(row, changes.map(toChange));
    }
  }

  storedText({ kind, key, version }: VersionName): StoredText | null {
    const row = this.#one(
      "SELECT * FROM document_versions WHERE kind = ? AND key = ? AND version = ?",
      kind,
      key,
      version,
    );
    return row === null ? null : toStoredText(row);
  }

  audit(): StoreAudit {
    const count = (table: "document_versions" | "log_changes"): number => {
      const row = this.#one(`SELECT COUNT(*) AS n FROM ${table}`);
      return row === null ? 0 : numberOf(row, "n");
    };
    return {
      versions: count("document_versions"),
      changes: count("log_changes"),
      current: this.#all("SELECT kind, key, version FROM documents").map(toVersionName),
    };
  }

  addVersion(version: DocumentVersion, body: string): void {
    this.#all(
      `INSERT INTO document_versions (kind, key, version, revision, archived, body, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
      version.kind,
      version.key,
      version.version,
      version.revision,
      version.archivedAtMs === null ? 0 : 1,
      body,
      version.hash,
    );
    this.#all(
      `INSERT INTO documents (kind, key, version) VALUES (?, ?, ?)
        ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version`,
      version.kind,
      version.key,
      version.version,
    );
  }

  addEntry(entry: LogEntry): void {
    const { revision, atMs, target, changes, environment, hash } = entry;
    this.#all(
      `INSERT INTO log (revision, at_ms, actor, action, target_kind, target_key, reason,
        request_id, environment, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      revision,
      atMs,
      canonicalJson(entry.actor),
      entry.action,
      target.kind,
      target.key,
      entry.reason,
      entry.requestId,
      environment === undefined ? null : canonicalJson(environment),
      entry.previousHash,
      hash,
    );
    for (const [ordinal, { kind, key, before, after }] of changes.entries()) {
      this.#all(
        `INSERT INTO log_changes (revision, ordinal, kind, key, before_version, before_hash,
          after_version, after_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        revision,
        ordinal,
        kind,
        key,
        before?.version ?? null,
        before?.hash ?? null,
        after.version,
        after.hash,
      );
    }
    this.#all(
      "UPDATE settings SET revision = ?, accepted_at_ms = ?, head_hash = ?",
      revision,
      atMs,
      hash,
    );
  }

  command(commandId: string): CommandRecord | null {
    const row = this.#one("SELECT * FROM commands WHERE command_id = ?", commandId);
    return row === null ? null : toCommand(row);
  }

  addCommand(record: CommandRecord): void {
    this.#all(
      `INSERT INTO commands (command_id, fingerprint, at_ms, revision, accepted_at_ms,
        changed_documents, target_kind, target_key, target_version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      record.commandId,
      record.fingerprint,
      record.atMs,
      record.revision,
      record.acceptedAtMs,
      record.changedDocuments,
      record.target?.kind ?? null,
      record.target?.key ?? null,
      record.target?.version ?? null,
    );
  }

  pruneCommands(beforeMs: number): void {
    this.#all("DELETE FROM commands WHERE at_ms < ?", beforeMs);
  }

  outbox(): readonly OutboxRow[] {
    return this.#all("SELECT * FROM outbox ORDER BY topic").map(toOutboxRow);
  }

  putOutbox(row: OutboxRow): void {
    this.#all(
      `INSERT INTO outbox
        (topic, revision, delivered_revision, attempts, not_before_ms, last_error)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (topic) DO UPDATE SET revision = excluded.revision,
          delivered_revision = excluded.delivered_revision, attempts = excluded.attempts,
          not_before_ms = excluded.not_before_ms, last_error = excluded.last_error`,
      row.topic,
      row.revision,
      row.deliveredRevision,
      row.attempts,
      row.notBeforeMs,
      row.lastError,
    );
  }

  transaction<T>(work: () => T extends PromiseLike<unknown> ? never : T): T {
    return this.#sql.transaction<T>(work);
  }

  #all(statement: string, ...parameters: readonly SqlValue[]): readonly SqlRow[] {
    return [...this.#sql.exec(statement, ...parameters)];
  }

  #one(statement: string, ...parameters: readonly SqlValue[]): SqlRow | null {
    return this.#all(statement, ...parameters)[0] ?? null;
  }
}

/**
 * Versions with their times, which the log has. A log row that somebody deleted does not take the
 * documents with it: verification names the gap, and service goes on.
 */
function versionsFrom(source: string): string {
  return `
    SELECT v.kind, v.key, v.version, v.revision, v.archived, v.body, v.hash,
      COALESCE(made.at_ms, 0) AS updated_at_ms, COALESCE(born.at_ms, 0) AS created_at_ms
    FROM ${source}
    LEFT JOIN log made ON made.revision = v.revision
    LEFT JOIN document_versions origin
      ON origin.kind = v.kind AND origin.key = v.key AND origin.version = 1
    LEFT JOIN log born ON born.revision = origin.revision`;
}

/** What each asked filter compares; the others are not in the statement. */
const filterSql = ({ actorId, action, fromMs, untilMs }: LogFilter) =>
  [
    { sql: "json_extract(log.actor, '$.id') = ?", value: actorId },
    { sql: "log.action = ?", value: action },
    { sql: "log.at_ms >= ?", value: fromMs },
    { sql: "log.at_ms <= ?", value: untilMs },
  ].flatMap(({ sql, value }) => (value === undefined ? [] : [{ sql, value }]));
