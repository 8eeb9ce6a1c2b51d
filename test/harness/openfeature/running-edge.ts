import { randomBytes, randomUUID } from "node:crypto";
import { createTestHarness, type TestHarness } from "wrangler";
import { ROOT } from "../../../scripts/lib/paths.ts";
import type { AuthorityApi } from "../../../src/core/authority/authority-api.ts";
import type { Command } from "../../../src/core/authority/command.ts";
import { environmentId } from "../../../src/core/brand.ts";
import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import {
  formatSdkKey,
  SDK_KEY_RANDOM_BYTES,
  type SdkKeyKind,
  sdkKeyHash,
  sdkKeyHint,
} from "../../../src/core/keys/sdk-key.ts";
import { envelopeOf, initialize, valueOf } from "../../unit/core/authority/builders.ts";
import { ADMIN_TOKEN } from "../test-secrets.ts";

/** The whole product in one Worker, reached over real HTTP. */
export class RunningEdge {
  readonly #harness: TestHarness;
  readonly url: string;

  private constructor(harness: TestHarness, url: string) {
    this.#harness = harness;
    this.url = url;
  }

  static async start(): Promise<RunningEdge> {
    const harness = createTestHarness({
      root: ROOT,
      workers: [
        {
          configPath: "wrangler.toml",
          secrets: { ADMIN_TOKEN },
        },
      ],
    });
    const { url } = await harness.listen();
    return new RunningEdge(harness, url.origin);
  }

  close(): Promise<void> {
    return this.#harness.close();
  }

  async environment(flags: readonly FlagDocument[]): Promise<RunningEnvironment> {
    const id = randomUUID().replaceAll("-", "");
    const { ENVIRONMENTS } = await this.#harness.getWorker<Cloudflare.Env>().getEnv();
    const apply = async (command: Command) => {
      const authority = ENVIRONMENTS.getByName(id) as unknown as AuthorityApi;
      valueOf(await authority.apply(envelopeOf(command, { reason: "test" })));
    };
    await apply(initialize(id));
    for (const document of flags) await apply({ kind: "flag.create", document });
    const issue = async (kind: SdkKeyKind) => {
      const text = formatSdkKey(kind, environmentId(id), randomBytes(SDK_KEY_RANDOM_BYTES));
      const common = { id: randomUUID(), kind, name: kind, expiresAtMs: null, origins: [] };
      const key = { ...common, hash: sdkKeyHash(text), hint: sdkKeyHint(text) };
      await apply({ kind: "key.issue", key });
      return text;
    };
    return { id, apply, server: await issue("server"), client: await issue("client") };
  }
}

export interface RunningEnvironment {
  readonly id: string;
  readonly server: string;
  readonly client: string;
  apply(command: Command): Promise<void>;
}
