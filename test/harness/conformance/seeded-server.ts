import { createTestHarness, type TestHarness } from "wrangler";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { seedSwitchyard } from "../../conformance/ofrep/switchyard/seeding.ts";
import type { Target } from "../../conformance/ofrep/target.ts";
import { ADMIN_TOKEN } from "../test-secrets.ts";

export interface SeededServer {
  readonly harness: TestHarness;
  readonly origin: string;
  readonly target: Target;
}

/** The all-in-one Worker with the kit's flags in a project of that name. */
export async function startSeededServer(project: string): Promise<SeededServer> {
  const harness = createTestHarness({
    root: ROOT,
    workers: [{ configPath: "wrangler.toml", secrets: { ADMIN_TOKEN } }],
  });
  const { origin } = (await harness.listen()).url;
  await harness.getWorker("switchyard").applyD1Migrations("DB");
  const installation = { url: origin, adminUrl: origin, adminToken: ADMIN_TOKEN, project };
  const target = await seedSwitchyard({ ...installation, settleMs: 5_000 });
  return { harness, origin, target };
}
