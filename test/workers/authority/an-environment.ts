import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Applied, AuthorityApi } from "../../../src/core/authority/authority-api.ts";
import type { Command, CommandEnvelope } from "../../../src/core/authority/command.ts";
import type { AuthorityProblem } from "../../../src/core/authority/problem.ts";
import type { Snapshot } from "../../../src/core/documents/snapshot.ts";
import type { Result } from "../../../src/core/result.ts";
import { envelopeOf, initialize, valueOf } from "../../unit/core/authority/builders.ts";

/** An environment's real object, reached as the Workers reach it. */
export class RemoteEnvironment {
  readonly id = crypto.randomUUID().replaceAll("-", "");

  /** A new one each time: a stub that was cut off stays broken. */
  get stub() {
    return env.ENVIRONMENTS.getByName(this.id);
  }

  get authority(): AuthorityApi {
    // The platform's RPC types lose `unknown` members.
    return this.stub as unknown as AuthorityApi;
  }

  apply(
    command: Command,
    envelope: Partial<CommandEnvelope> = {},
  ): Promise<Result<Applied, AuthorityProblem>> {
    return this.authority.apply(envelopeOf(command, envelope));
  }

  /** Applies what must succeed. */
  async do(command: Command, envelope: Partial<CommandEnvelope> = {}): Promise<Applied> {
    return valueOf(await this.apply(command, envelope));
  }

  async newest(): Promise<Snapshot> {
    return valueOf(await this.authority.snapshotAt("newest"));
  }

  async verify() {
    return valueOf(await this.authority.verifyChain());
  }

  /** Runs SQL behind the authority's back. */
  async sql(statement: string, ...parameters: unknown[]): Promise<Record<string, unknown>[]> {
    return await runInDurableObject(this.stub, (_, state) => [
      ...state.storage.sql.exec(statement, ...parameters),
    ]);
  }
}

export async function aRemoteEnvironment(): Promise<RemoteEnvironment> {
  const made = new RemoteEnvironment();
  await made.do(initialize(made.id));
  return made;
}
