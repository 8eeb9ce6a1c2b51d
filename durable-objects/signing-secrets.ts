import { textOf, type SyncSql } from "./sync-sql.ts";

/** The private halves of an environment's signing keys. They leave this table for nobody. */
export class SigningSecrets {
  readonly #sql: SyncSql;

  constructor(sql: SyncSql) {
    this.#sql = sql;
  }

  /** `null`: there is none of this key. */
  seedOf(keyId: string): string | null {
    const [row] = this.#sql.exec("SELECT seed FROM signing_secrets WHERE key_id = ?", keyId);
    return row === undefined ? null : textOf(row, "seed");
  }

  keep(keyId: string, seed: string): void {
    this.#sql.exec("INSERT INTO signing_secrets (key_id, seed) VALUES (?, ?)", keyId, seed);
  }

  /** Of a key that did not come into use. */
  forget(keyId: string): void {
    this.#sql.exec("DELETE FROM signing_secrets WHERE key_id = ?", keyId);
  }
}
