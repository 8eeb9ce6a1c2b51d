import type { Applied } from "../../src/core/authority/authority-api.ts";
import type { BreakGlassApi, SealedCommand } from "../../src/core/authority/break-glass.ts";
import { objectNamed } from "../../src/core/object-namespace.ts";
import { isRecord } from "../../src/core/json.ts";
import { breakGlassRefusal, type Refused } from "./break-glass-refusal.ts";
import type { EdgeEnv } from "./edge-env.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import type { KnockLimit } from "./knock-limit.ts";
import type { Log } from "./log.ts";
import { readRequestText } from "./request-text.ts";

/** Where sealed commands are taken: by the edge, which needs neither catalogue nor login. */
export const BREAK_GLASS_PATH = "/sdk/v1/break-glass";

/** A command for a thousand flags with the longest keys. */
const MOST_BYTES = 256 * 1024;

/** The way to the authorities, made for each request. */
export interface BreakGlassIo {
  readonly authorityOf: (environmentId: string) => BreakGlassApi;
  readonly requestId: string;
}

export function breakGlassIo(env: EdgeEnv, requestId: string): BreakGlassIo {
  return {
    authorityOf: (environmentId) => objectNamed<BreakGlassApi>(env.ENVIRONMENTS, environmentId),
    requestId,
  };
}

export interface BreakGlassDeps {
  readonly now: () => number;
  readonly knocks: KnockLimit;
  readonly log: Log;
}

/** Answers `POST /sdk/v1/break-glass`: hands a sealed command to the environment that it names. */
export async function receiveBreakGlass(
  request: Request,
  { authorityOf, requestId }: BreakGlassIo,
  { now, knocks, log }: BreakGlassDeps,
): Promise<EdgeReply> {
  const text = await readRequestText(request, MOST_BYTES);
  const sealed = text.ok ? sealedOf(text.value) : null;
  const environmentId = sealed === null ? null : environmentOf(sealed);
  if (sealed === null || environmentId === null) {
    return refuse({ status: 400, problem: "break-glass-unreadable", details: NOT_SEALED });
  }
  if (!knocks.admits(now())) {
    return refuse({ status: 429, problem: "busy", details: BUSY }, { "retry-after": "1" });
  }
  let answer;
  try {
    answer = await authorityOf(environmentId).breakGlass(sealed, requestId);
  } catch (error) {
    log("error", "break-glass.unreachable", { requestId, environmentId, error: String(error) });
    return refuse(
      { status: 503, problem: "unreachable", details: UNREACHABLE },
      { "retry-after": "1" },
    );
  }
  if (!answer.ok) return refuse(breakGlassRefusal(answer.error));
  const { revision } = answer.value;
  // For whoever is to be woken up: this was done past everything that usually guards a change.
  log("warn", "break-glass.accepted", { requestId, environmentId, revision });
  return accepted(answer.value);
}

function accepted({ revision, acceptedAtMs, changed, flags }: Applied): EdgeReply {
  const body = JSON.stringify({ revision, acceptedAtMs, changed, flags });
  return { status: 200, body, headers: { "cache-control": "no-store" } };
}

function refuse(
  { status, problem, details, facts }: Refused,
  headers: Readonly<Record<string, string>> = {},
): EdgeReply {
  const error = generalError(details);
  const body = JSON.stringify({ ...error, problem, ...facts });
  return { ...errorReply(status, error, null, headers), body };
}

function sealedOf(text: string): SealedCommand | null {
  const sent = parsedJson(text);
  if (!isRecord(sent)) return null;
  const { command, signature } = sent;
  return typeof command === "string" && typeof signature === "string"
    ? { command, signature }
    : null;
}

/** Good for finding the environment and for nothing else: nothing is proven yet. */
function environmentOf({ command }: SealedCommand): string | null {
  const claimed = parsedJson(command);
  const id = isRecord(claimed) ? claimed["environmentId"] : undefined;
  return typeof id === "string" && /^[a-z0-9]{8,32}$/.test(id) ? id : null;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NOT_SEALED =
  'This is no sealed command. Send what "npm run break-glass" makes: {"command": text, "signature": text}.';
const BUSY =
  "Too many commands arrive here in one second. Send the same command again after a second.";
const UNREACHABLE =
  "The environment's authority cannot be reached just now. Send the same command again, as often as it takes until it expires: it is done at most once.";
