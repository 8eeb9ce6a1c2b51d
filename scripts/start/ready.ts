import { setTimeout as sleep } from "node:timers/promises";

const READY_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 100;

/** Waits until `/healthz` answers. False when it does not in time, or `signal` aborts. */
export async function untilReady(url: string, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline && !signal.aborted) {
    if (await isHealthy(url)) return true;
    await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
