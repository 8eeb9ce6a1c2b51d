import type { SdkKeyEntry } from "../../src/core/documents/sdk-key-entry.ts";
import type { ParsedSdkKey } from "../../src/core/keys/sdk-key.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import { checkUse, type KeyRing, UNKNOWN_KEY } from "./key-ring.ts";
import type { EdgeIo } from "./ports.ts";
import type { ReadyRuleset, RulesetAnswer, RulesetCache } from "./ruleset-cache.ts";

export interface OpeningDeps {
  readonly now: () => number;
  readonly cache: RulesetCache;
  readonly keys: KeyRing;
}

/** What a good key opens. */
export interface OpenedEnvironment {
  readonly ready: ReadyRuleset;
  readonly key: SdkKeyEntry;
}

/** Why a request gets no further. */
export interface Refusal {
  readonly status: 401 | 403 | 503;
  readonly details: string;
}

/** Finds the key's environment, and the key in it. The key alone names the environment. */
export async function openEnvironment(
  deps: OpeningDeps,
  request: Request,
  sdkKey: ParsedSdkKey,
  io: EdgeIo,
): Promise<Result<OpenedEnvironment, Refusal>> {
  const { cache, keys, now } = deps;
  const isNotified = NOTIFIED.test(request.url);
  let ready: RulesetAnswer = await cache.get(
    sdkKey.environmentId,
    io,
    isNotified ? now() : undefined,
  );
  if (ready.kind === "ready" && keys.find(ready.ruleset, sdkKey) === undefined) {
    ready = await cache.getForNewKey(sdkKey.environmentId, io);
  }
  if (ready.kind === "unavailable") return err(UNAVAILABLE);
  if (ready.kind === "unknown") return err(UNKNOWN_KEY);
  const entry = keys.find(ready.ruleset, sdkKey);
  if (entry === undefined) return err(UNKNOWN_KEY);
  const use = checkUse(entry, request.headers, now());
  return use.ok ? ok({ ready, key: entry }) : use;
}

/** A client that was told of a change must not get the state before it once more. */
const NOTIFIED = /[?&]flagConfig(?:Etag|LastModified)=/;

const UNAVAILABLE: Refusal = {
  status: 503,
  details: "The environment's configuration cannot be reached just now. Try again shortly.",
};

/** `flagKey`: the flag that was asked for, `null` when it was not one. */
export function refusalReply({ status, details }: Refusal, flagKey: string | null): EdgeReply {
  return errorReply(status, generalError(details), flagKey, HEADERS[status]);
}

const HEADERS: Readonly<Record<Refusal["status"], Readonly<Record<string, string>>>> = {
  401: { "www-authenticate": 'Bearer realm="switchyard"' },
  403: {},
  503: { "retry-after": "1" },
};
