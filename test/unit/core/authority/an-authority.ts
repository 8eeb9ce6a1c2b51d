import { DatabaseSync } from "node:sqlite";
import { EnvironmentStore } from "../../../../durable-objects/environment-store.ts";
import type { SyncSql } from "../../../../durable-objects/sync-sql.ts";
import { compileRe2 } from "../../../../src/adapters/patterns/re2.ts";
import { Authority } from "../../../../src/core/authority/authority.ts";
import type { Applied, ChainReport } from "../../../../src/core/authority/authority-api.ts";
import type { Command, CommandEnvelope } from "../../../../src/core/authority/command.ts";
import type { AuthorityProblem } from "../../../../src/core/authority/problem.ts";
import type { Result } from "../../../../src/core/result.ts";
import { envelopeOf, initialize, valueOf } from "./builders.ts";

export const NOON = 1_800_000_000_000;

/** Node's SQLite behind the same port as a Durable Object's. */
export function nodeSql(database: DatabaseSync): SyncSql {
  return {
    exec: (statement, ...parameters) => database.prepare(statement).all(...parameters),
    transaction(work) {
      database.exec("BEGIN");
      try {
        const value = work();
        database.exec("COMMIT");
        return value;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
  };
}

/** An authority on a database of its own, and a clock that the test moves. */
export class TestAuthority {
  readonly database = new DatabaseSync(":memory:");
  readonly sql: SyncSql = nodeSql(this.database);
  nowMs = NOON;
  authority: Authority = this.restarted();

  /** What a new process would find. */
  restarted(): Authority {
    return new Authority({ store: new EnvironmentStore(this.sql), compilePattern: compileRe2 });
  }

  apply(
    command: Command,
    envelope: Partial<CommandEnvelope> = {},
  ): Result<Applied, AuthorityProblem> {
    return this.authority.apply(envelopeOf(command, envelope), this.nowMs);
  }

  /** Applies what must succeed. */
  do(command: Command, envelope: Partial<CommandEnvelope> = {}): Applied {
    const answer = this.apply(command, envelope);
    if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
    return answer.value;
  }

  /** Applies what must be refused. */
  refusal(command: Command, envelope: Partial<CommandEnvelope> = {}): AuthorityProblem {
    const answer = this.apply(command, envelope);
    if (answer.ok) throw new Error(`accepted as revision ${answer.value.revision}`);
    return answer.error;
  }

  get revision(): number {
    return valueOf(this.authority.status()).revision;
  }

  /** The whole verification at once. */
  verify(): ChainReport {
    const verification = valueOf(this.authority.verification());
    for (;;) {
      const step = verification.next();
      if (step.done === true) return step.value;
    }
  }

  flag(key: string, atRevision: number | null = null) {
    return valueOf(this.authority.flag(key, atRevision));
  }
}

export function anEnvironment(): TestAuthority {
  const made = new TestAuthority();
  made.do(initialize());
  return made;
}
