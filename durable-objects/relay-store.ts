import { DOCUMENT_KINDS } from "../src/core/authority/document-version.ts";
import { environmentId } from "../src/core/brand.ts";
import type { DocumentState } from "../src/core/documents/snapshot.ts";
import type { HeldDocument, HeldHead } from "../src/core/propagation/held-state.ts";
import type { RelayStore } from "../src/core/propagation/relay.ts";
import { invariant } from "../src/core/result.ts";
import { numberOf, type SqlRow, type SyncSql, textOf, textOrNullOf } from "./sync-sql.ts";

/** `format` says how to read the rest; what is of another format is fetched anew. */
const FORMAT = 2;

const TABLES = [
  "DROP TABLE IF EXISTS held",
  "DROP TABLE IF EXISTS held_documents",
  `CREATE TABLE held (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    format INTEGER NOT NULL,
    environment_id TEXT NOT NULL,
    salt TEXT NOT NULL,
    revision INTEGER NOT NULL,
    accepted_at_ms INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    seal TEXT NOT NULL
  ) STRICT`,
  // The state is JSON; NULL: removed.
  `CREATE TABLE held_documents (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID`,
];

/** A relay's port over SQLite. One that never held anything has no tables. */
export class SqlRelayStore implements RelayStore {
  readonly #sql: SyncSql;

  constructor(sql: SyncSql) {
    this.#sql = sql;
  }

  load(): ReturnType<RelayStore["load"]> {
    try {
      return this.#read();
    } catch {
      // Damaged, or of a later version: fetched anew. An object that cannot begin never could.
      return null;
    }
  }

  replace(head: HeldHead, documents: Iterable<HeldDocument>): void {
    this.#sql.transaction(() => {
      for (const table of TABLES) this.#sql.exec(table);
      this.#put(head, documents);
    });
  }

  change(head: HeldHead, documents: Iterable<HeldDocument>): void {
    this.#sql.transaction(() => this.#put(head, documents));
  }

  #read(): ReturnType<RelayStore["load"]> {
    const [table] = this.#sql.exec("SELECT name FROM sqlite_master WHERE name = 'held_documents'");
    if (table === undefined) return null;
    const [row] = this.#sql.exec("SELECT * FROM held WHERE format = ?", FORMAT);
    if (row === undefined) return null;
    // All of them at first: a table is locked while its rows are half read.
    const rows = [...this.#sql.exec("SELECT * FROM held_documents")];
    return { head: toHead(row), documents: rows.map(toDocument) };
  }

  #put(head: HeldHead, documents: Iterable<HeldDocument>): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO held
        (id, format, environment_id, salt, revision, accepted_at_ms, floor, seal)
        VALUES (1, ?, ?, ?, ?, ?, ?, ?)`,
      FORMAT,
      head.environmentId,
      head.salt,
      head.revision,
      head.acceptedAtMs,
      head.floor,
      JSON.stringify(head.seal),
    );
    for (const { revision, change } of documents) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO held_documents (kind, key, revision, state) VALUES (?, ?, ?, ?)",
        change.kind,
        change.key,
        revision,
        change.state === null ? null : JSON.stringify(change.state),
      );
    }
  }
}

function toHead(row: SqlRow): HeldHead {
  return {
    environmentId: environmentId(textOf(row, "environment_id")),
    salt: textOf(row, "salt"),
    revision: numberOf(row, "revision"),
    acceptedAtMs: numberOf(row, "accepted_at_ms"),
    floor: numberOf(row, "floor"),
    seal: JSON.parse(textOf(row, "seal")),
  };
}

function toDocument(row: SqlRow): HeldDocument {
  const name = textOf(row, "kind");
  const kind = DOCUMENT_KINDS.find((known) => known === name);
  invariant(kind !== undefined, "a relay holds documents of known kinds");
  const state = textOrNullOf(row, "state");
  const change: DocumentState = {
    kind,
    key: textOf(row, "key"),
    state: state === null ? null : JSON.parse(state),
  };
  return { revision: numberOf(row, "revision"), change };
}
