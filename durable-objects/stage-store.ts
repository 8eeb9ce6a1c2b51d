import { KEPT } from "../src/core/propagation/fan-out-store.ts";
import type { Stage, StageEnd, StageStore } from "../src/core/propagation/stage.ts";
import { invariant } from "../src/core/result.ts";
import { relayAddressOf } from "./relay-address-row.ts";
import {
  numberOf,
  numberOrNullOf,
  type SqlRow,
  type SqlValue,
  type SyncSql,
  textOf,
  textOrNullOf,
} from "./sync-sql.ts";

const OUTCOMES = ["accepted", "unanswered", "overtaken", "reverted"] as const;

/** What was tried before all got it, over the environment object's SQLite. */
export class SqlStageStore implements StageStore {
  readonly #sql: SyncSql;

  constructor(sql: SyncSql) {
    this.#sql = sql;
  }

  lastStage(): Stage | null {
    return this.#one("SELECT * FROM stages ORDER BY revision DESC LIMIT 1");
  }

  stageOf(revision: number): Stage | null {
    return this.#one(
      `SELECT * FROM stages WHERE base < ? AND COALESCE(covers, revision) >= ?
        ORDER BY revision DESC LIMIT 1`,
      revision,
      revision,
    );
  }

  putStage({ base, revision, beganAtMs, canary, canarySinceMs, passedOver, end }: Stage): void {
    this.#sql.transaction(() => {
      this.#all(
        `INSERT OR REPLACE INTO stages (revision, base, began_at_ms, canary_region, canary_shard,
          canary_since_ms, passed_over, outcome, ended_at_ms, covers, issue, reverted_by)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        revision,
        base,
        beganAtMs,
        canary.region,
        canary.shard,
        canarySinceMs,
        JSON.stringify(passedOver),
        end?.outcome ?? null,
        end?.atMs ?? null,
        end?.covers ?? null,
        end === null || end.issue === null ? null : JSON.stringify(end.issue),
        end?.revertedBy ?? null,
      );
      this.#all(
        `DELETE FROM stages WHERE revision NOT IN
          (SELECT revision FROM stages ORDER BY revision DESC LIMIT ?)`,
        KEPT.stages,
      );
    });
  }

  #one(statement: string, ...parameters: readonly SqlValue[]): Stage | null {
    const [row] = this.#all(statement, ...parameters);
    return row === undefined ? null : toStage(row);
  }

  #all(statement: string, ...parameters: readonly SqlValue[]): readonly SqlRow[] {
    return [...this.#sql.exec(statement, ...parameters)];
  }
}

function toStage(row: SqlRow): Stage {
  return {
    base: numberOf(row, "base"),
    revision: numberOf(row, "revision"),
    beganAtMs: numberOf(row, "began_at_ms"),
    canary: relayAddressOf(row, "canary_"),
    canarySinceMs: numberOf(row, "canary_since_ms"),
    passedOver: JSON.parse(textOf(row, "passed_over")),
    end: toEnd(row),
  };
}

function toEnd(row: SqlRow): StageEnd | null {
  const name = textOrNullOf(row, "outcome");
  if (name === null) return null;
  const outcome = OUTCOMES.find((known) => known === name);
  invariant(outcome !== undefined, "stages end in known ways");
  const issue = textOrNullOf(row, "issue");
  return {
    outcome,
    atMs: numberOf(row, "ended_at_ms"),
    covers: numberOf(row, "covers"),
    issue: issue === null ? null : JSON.parse(issue),
    revertedBy: numberOrNullOf(row, "reverted_by"),
  };
}
