import type { SealedCommand } from "../../src/core/authority/break-glass.ts";
import { isRecord, type UnknownRecord } from "../../src/core/json.ts";

const PATH = "/sdk/v1/break-glass";
const ATTEMPTS = 4;
const DEADLINE_MS = 10_000;
const WAIT_MS = 1_000;

/** How sending ended. `body`: what the edge said; a 409 after a lost answer is a success. */
export interface Sent {
  readonly status: number;
  readonly body: UnknownRecord;
  readonly attempts: number;
}

export interface SendingDeps {
  readonly fetch: typeof fetch;
  readonly wait: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Sends a sealed command, again where the network or the platform failed: it is done at most once,
 * however often it arrives. A string says why nothing was heard.
 */
export async function send(
  url: string,
  sealed: SealedCommand,
  { fetch: ask, wait, say }: SendingDeps,
): Promise<Sent | string> {
  let failure = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (attempt > 1) {
      say(`${failure} Trying again (${attempt} of ${ATTEMPTS}) …`);
      await wait(WAIT_MS * (attempt - 1));
    }
    const answer = await attemptOnce(new URL(PATH, url), sealed, ask);
    if (typeof answer !== "string") return { ...answer, attempts: attempt };
    failure = answer;
  }
  return `${failure} Given up after ${ATTEMPTS} tries; whether the kill was done is not known.`;
}

async function attemptOnce(url: URL, sealed: SealedCommand, ask: typeof fetch) {
  try {
    const response = await ask(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sealed),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const text = await response.text();
    if (response.status >= 500 || response.status === 429)
      return `${url.origin} answered ${response.status}: ${text}`;
    return { status: response.status, body: bodyOf(text) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `${url.origin} cannot be reached (${cause instanceof Error ? cause.message : String(cause)}).`;
  }
}

function bodyOf(text: string): UnknownRecord {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) ? body : { errorDetails: text };
  } catch {
    return { errorDetails: text };
  }
}
