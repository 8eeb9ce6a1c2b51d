import type { EnlistedRelay } from "../src/core/propagation/enlisted-relay.ts";
import type {
  FanOutStore,
  GoneRelay,
  Receipt,
  RelayObservation,
} from "../src/core/propagation/fan-out-store.ts";
import { KEPT } from "../src/core/propagation/fan-out-store.ts";
import type { RelayAddress } from "../src/core/propagation/relay-address.ts";
import { relayAddressOf } from "./relay-address-row.ts";
import {
  numberOf,
  numberOrNullOf,
  type SqlRow,
  type SqlValue,
  type SyncSql,
  textOrNullOf,
} from "./sync-sql.ts";

/** Which relays an environment has, and their receipts, over the environment object's SQLite. */
export class SqlFanOutStore implements FanOutStore {
  readonly #sql: SyncSql;

  constructor(sql: SyncSql) {
    this.#sql = sql;
  }

  relays(): readonly EnlistedRelay[] {
    return this.#all("SELECT * FROM relays ORDER BY enlisted").map(toRelay);
  }

  putRelay(relay: EnlistedRelay): void {
    const { region, shard } = relay;
    this.#sql.transaction(() => {
      this.#all("DELETE FROM gone_relays WHERE region = ? AND shard = ?", region, shard);
      this.#all(
        `INSERT INTO relays (region, shard, revision, acknowledged_at_ms, sockets, attempts,
          silent_since_ms, not_before_ms, last_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (region, shard) DO UPDATE SET revision = excluded.revision,
            acknowledged_at_ms = excluded.acknowledged_at_ms, sockets = excluded.sockets,
            attempts = excluded.attempts, silent_since_ms = excluded.silent_since_ms,
            not_before_ms = excluded.not_before_ms, last_error = excluded.last_error`,
        region,
        shard,
        relay.revision,
        relay.acknowledgedAtMs,
        relay.sockets,
        relay.attempts,
        relay.silentSinceMs,
        relay.notBeforeMs,
        relay.lastError,
      );
    });
  }

  gone(): readonly GoneRelay[] {
    return this.#all("SELECT * FROM gone_relays ORDER BY dropped").map(toGone);
  }

  dropRelay({ region, shard, revision, goneAtMs }: GoneRelay): void {
    this.#sql.transaction(() => {
      this.#all("DELETE FROM relays WHERE region = ? AND shard = ?", region, shard);
      this.#all("DELETE FROM gone_relays WHERE region = ? AND shard = ?", region, shard);
      this.#all(
        "INSERT INTO gone_relays (region, shard, revision, gone_at_ms) VALUES (?, ?, ?, ?)",
        region,
        shard,
        revision,
        goneAtMs,
      );
      this.#all(
        `DELETE FROM gone_relays WHERE dropped NOT IN
          (SELECT dropped FROM gone_relays ORDER BY dropped DESC LIMIT ?)`,
        KEPT.gone,
      );
    });
  }

  addReceipt({ region, shard, revision, atMs, sockets }: Receipt): void {
    this.#sql.transaction(() => {
      this.#all(
        `INSERT OR IGNORE INTO receipts (region, shard, revision, at_ms, sockets)
          VALUES (?, ?, ?, ?, ?)`,
        region,
        shard,
        revision,
        atMs,
        sockets,
      );
      this.#keepLatest("receipts", { region, shard }, KEPT.receiptsPerRelay);
    });
  }

  receiptsFor(revision: number): readonly Receipt[] {
    return this.#firstCovering("receipts", revision).map((row) => ({
      ...relayAddressOf(row),
      revision: numberOf(row, "revision"),
      atMs: numberOf(row, "at_ms"),
      sockets: numberOf(row, "sockets"),
    }));
  }

  putObservation(observation: RelayObservation): void {
    const { region, shard, revision, firstAtMs, lastOlderAtMs } = observation;
    this.#sql.transaction(() => {
      // Relays repeat what they saw, and rows written are paid for.
      this.#all(
        `INSERT INTO observations (region, shard, revision, first_at_ms, last_older_at_ms)
          VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (region, shard, revision) DO UPDATE
            SET first_at_ms = excluded.first_at_ms, last_older_at_ms = excluded.last_older_at_ms
            WHERE first_at_ms IS NOT excluded.first_at_ms
              OR last_older_at_ms IS NOT excluded.last_older_at_ms`,
        region,
        shard,
        revision,
        firstAtMs,
        lastOlderAtMs,
      );
      this.#keepLatest("observations", { region, shard }, KEPT.observationsPerRelay);
    });
  }

  observationsFor(revision: number): readonly RelayObservation[] {
    return this.#firstCovering("observations", revision).map((row) => ({
      ...relayAddressOf(row),
      revision: numberOf(row, "revision"),
      firstAtMs: numberOrNullOf(row, "first_at_ms"),
      lastOlderAtMs: numberOrNullOf(row, "last_older_at_ms"),
    }));
  }

  #keepLatest(table: "receipts" | "observations", relay: RelayAddress, count: number): void {
    const { region, shard } = relay;
    const [last] = this.#all(
      `SELECT revision FROM ${table} WHERE region = ? AND shard = ?
        ORDER BY revision DESC LIMIT 1 OFFSET ?`,
      region,
      shard,
      count,
    );
    if (last === undefined) return;
    const revision = numberOf(last, "revision");
    this.#all(
      `DELETE FROM ${table} WHERE region = ? AND shard = ? AND revision <= ?`,
      region,
      shard,
      revision,
    );
  }

  /** Columns that are not grouped by come from the row that has the least revision. */
  #firstCovering(table: "receipts" | "observations", revision: number): readonly SqlRow[] {
    return this.#all(
      `SELECT *, MIN(revision) FROM ${table} WHERE revision >= ? GROUP BY region, shard`,
      revision,
    );
  }

  #all(statement: string, ...parameters: readonly SqlValue[]): readonly SqlRow[] {
    return [...this.#sql.exec(statement, ...parameters)];
  }
}

function toRelay(row: SqlRow): EnlistedRelay {
  return {
    ...relayAddressOf(row),
    revision: numberOrNullOf(row, "revision"),
    acknowledgedAtMs: numberOrNullOf(row, "acknowledged_at_ms"),
    sockets: numberOf(row, "sockets"),
    attempts: numberOf(row, "attempts"),
    silentSinceMs: numberOrNullOf(row, "silent_since_ms"),
    notBeforeMs: numberOf(row, "not_before_ms"),
    lastError: textOrNullOf(row, "last_error"),
  };
}

function toGone(row: SqlRow): GoneRelay {
  return {
    ...relayAddressOf(row),
    revision: numberOrNullOf(row, "revision"),
    goneAtMs: numberOf(row, "gone_at_ms"),
  };
}
