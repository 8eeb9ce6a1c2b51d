import type { EnvironmentId } from "../../src/core/brand.ts";
import type { SdkKeyEntry } from "../../src/core/documents/sdk-key-entry.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { ParsedSdkKey } from "../../src/core/keys/sdk-key.ts";
import { lastEventRevision } from "../../src/core/ofrep/event-streams.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import { atLeast } from "./at-least.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import type { EventCollector } from "./event-collector.ts";
import { checkUse, type KeyRing, UNKNOWN_KEY } from "./key-ring.ts";
import type { Clock, EdgeIo } from "./ports.ts";
import type { ReadyRuleset, RulesetAnswer, RulesetCache } from "./ruleset-cache.ts";

export interface OpeningDeps {
  readonly now: () => number;
  readonly clock: Clock;
  readonly cache: RulesetCache;
  readonly keys: KeyRing;
  readonly collector: EventCollector;
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

/** What a request shows to be let in. */
export interface Credential {
  readonly environmentId: EnvironmentId;
  /** The key's entry; `undefined`: it is not in this ruleset. */
  readonly find: (ruleset: Ruleset) => SdkKeyEntry | undefined;
  readonly headers: Headers;
}

/**
 * Finds the key's environment, and the key in it. The key alone names the environment. No promise,
 * when all is at hand.
 */
export function openEnvironment(
  deps: OpeningDeps,
  { headers, url }: Pick<Request, "headers" | "url">,
  sdkKey: ParsedSdkKey,
  io: EdgeIo,
): Promise<Result<OpenedEnvironment, Refusal>> | Result<OpenedEnvironment, Refusal> {
  const { environmentId } = sdkKey;
  const told = toldOf(url);
  const nowMs = deps.now();
  const ready = told === 0 ? deps.cache.getNow(environmentId, io, nowMs) : undefined;
  const entry = ready && deps.keys.find(ready.ruleset, sdkKey);
  if (ready && entry) return used(deps, ready, entry, { headers, io, nowMs });
  const find = (ruleset: Ruleset) => deps.keys.find(ruleset, sdkKey);
  return openWith(deps, { environmentId, find, headers }, io, told, ready);
}

/**
 * The same for whatever else proves a key.
 *
 * @param told the revision that the caller has heard of, as `atLeast` takes it; 0: of none.
 * @param without what is held and known not to have the key: looking for it hashes it.
 */
export async function openWith(
  deps: OpeningDeps,
  { environmentId, find, headers }: Credential,
  io: EdgeIo,
  told: number | undefined,
  without?: ReadyRuleset,
): Promise<Result<OpenedEnvironment, Refusal>> {
  let ready: RulesetAnswer = without ?? (await deps.cache.get(environmentId, io));
  let entry = ready.kind === "ready" && ready !== without ? find(ready.ruleset) : undefined;
  if (ready.kind === "ready" && (entry === undefined || told !== 0)) {
    // Only for who is known is more asked than for everyone.
    ready = await (entry === undefined
      ? deps.cache.getForNewKey(environmentId, io)
      : atLeast(deps, environmentId, io, told));
    entry = ready.kind === "ready" ? find(ready.ruleset) : undefined;
  }
  if (ready.kind === "unavailable") return err(UNAVAILABLE);
  if (ready.kind === "unknown") return err(UNKNOWN_KEY);
  if (entry === undefined) return err(UNKNOWN_KEY);
  return used(deps, ready, entry, { headers, io, nowMs: deps.now() });
}

/** By whom a key is used, and when. */
interface Use {
  readonly headers: Headers;
  readonly io: EdgeIo;
  readonly nowMs: number;
}

function used(
  deps: OpeningDeps,
  ready: ReadyRuleset,
  key: SdkKeyEntry,
  { headers, io, nowMs }: Use,
): Result<OpenedEnvironment, Refusal> {
  const use = checkUse(key, headers, nowMs);
  if (!use.ok) return use;
  deps.collector.use(ready.ruleset.environmentId, key, nowMs, io);
  return ok({ ready, key });
}

/**
 * The revision that a client was told of, which must not get the state before it once more. 0: of
 * none; `undefined`: of a change, but not in our words.
 */
function toldOf(url: string): number | undefined {
  if (!url.includes("?") || !NOTIFIED.test(url)) return 0;
  const etag = new URL(url).searchParams.get("flagConfigEtag");
  return lastEventRevision(etag) ?? undefined;
}

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
