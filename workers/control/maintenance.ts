import { upkeep } from "../../src/app/audit/upkeep.ts";
import { sweep } from "../../src/app/privacy/sweep.ts";
import type { ControlEnv } from "./env.ts";
import { consoleLog } from "./http/log.ts";
import { createServices } from "./services.ts";
import { PLATFORM_SOURCES } from "./sources.ts";

/** How often it is done in an installation, whoever begins it; in milliseconds. */
const EVERY_MS = 60_000;

/**
 * Deletes what is kept too long, goes on with requests about personal data, and signs and prunes
 * chains of the audit log. Never rejects.
 */
async function maintain(env: ControlEnv): Promise<void> {
  try {
    const services = createServices(env, PLATFORM_SOURCES);
    if (!(await services.keptRows.claimSweep(services.now(), EVERY_MS))) return;
    await told("sweep", () => sweep(services));
    await told("audit.upkeep", () => upkeep(services));
  } catch (error) {
    consoleLog("error", "sweep.failed", { error: String(error) });
  }
}

interface Done {
  readonly failed: readonly { readonly what: string; readonly error: string }[];
}

/** Writes down what was done and what was not. The next time goes on where this one stopped. */
async function told<T extends Done>(name: string, work: () => Promise<T>): Promise<void> {
  try {
    const { failed, ...counts } = await work();
    if (Object.values(counts).some((count) => count !== 0)) consoleLog("info", name, counts);
    for (const failure of failed) consoleLog("error", `${name}.part-failed`, { ...failure });
  } catch (error) {
    consoleLog("error", `${name}.failed`, { error: String(error) });
  }
}

/** What Cloudflare's clock calls. A local runtime has none, so requests stand in for it, too. */
export const handleSchedule = (_: ScheduledController, env: ControlEnv): Promise<void> =>
  maintain(env);

/** When this isolate last thought of it. A new isolate begins with work of its own. */
let lastMs: number | undefined;

/** Behind an answer, at most once a minute in each isolate. No request waits for it. */
export function maintainBehind(env: ControlEnv, ctx: Pick<ExecutionContext, "waitUntil">): void {
  const nowMs = PLATFORM_SOURCES.now();
  lastMs ??= nowMs;
  if (nowMs - lastMs < EVERY_MS) return;
  lastMs = nowMs;
  ctx.waitUntil(maintain(env));
}
