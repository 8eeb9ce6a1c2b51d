import type { SendResult } from "../../core/events/event-queue.ts";
import { classifyPlatformError } from "../platform-error.ts";

const BUSY_RETRY_SECONDS = 5;

/** What a rejected send means for whoever sent. */
export function sendFailure(error: unknown): SendResult {
  const text = error instanceof Error ? error.message : String(error);
  // Queues has a limit on messages a second, and says no more than this.
  const isBusy = /Too Many Requests/i.test(text) || classifyPlatformError(error) === "overloaded";
  return isBusy ? { kind: "busy", retryAfterSeconds: BUSY_RETRY_SECONDS } : { kind: "unavailable" };
}
