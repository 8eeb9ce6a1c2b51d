import { epochMs } from "../../src/core/brand.ts";
import type { SdkKeyEntry } from "../../src/core/documents/sdk-key-entry.ts";
import type { CompiledFlag } from "../../src/core/evaluation/compiled-flag.ts";
import type { EvaluationContext } from "../../src/core/evaluation/context.ts";
import { evaluateAll, evaluateFlag } from "../../src/core/evaluation/evaluate.ts";
import type { ParsedSdkKey } from "../../src/core/keys/sdk-key.ts";
import { flagNotFound, unitMissing } from "../../src/core/ofrep/answer-text.ts";
import { bulkAnswer } from "../../src/core/ofrep/bulk-text.ts";
import {
  contextWords,
  type HashedText,
  matchesEntityTag,
} from "../../src/core/ofrep/entity-tag.ts";
import type { OfrepTarget } from "../../src/core/ofrep/ofrep-path.ts";
import { MAX_REQUEST_BYTES, readEvaluationRequest } from "../../src/core/ofrep/request-body.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import type { AnswerTexts } from "./answer-texts.ts";
import { readSdkKey } from "./credentials.ts";
import type { EdgeHealth } from "./edge-health.ts";
import { type EdgeReply, errorReply, generalError } from "./edge-reply.ts";
import { checkUse, type KeyRing, UNKNOWN_KEY } from "./key-ring.ts";
import { RequestMoment } from "./platform-attributes.ts";
import type { EdgeIo } from "./ports.ts";
import { readRequestText } from "./request-text.ts";
import type { ReadyRuleset, RulesetAnswer, RulesetCache } from "./ruleset-cache.ts";

export interface EvaluationDeps {
  readonly now: () => number;
  readonly cache: RulesetCache;
  readonly keys: KeyRing;
  readonly texts: AnswerTexts;
  readonly health: EdgeHealth;
}

/** A request, and what has been found out about it. */
interface Asked {
  readonly request: Request;
  readonly target: OfrepTarget;
  readonly ready: ReadyRuleset;
  readonly key: SdkKeyEntry;
}

/** Answers `POST /ofrep/v1/evaluate/flags` and `/flags/:key`. The key alone names the environment. */
export async function evaluateRequest(
  deps: EvaluationDeps,
  request: Request,
  target: OfrepTarget,
  io: EdgeIo,
): Promise<EdgeReply> {
  const flagKey = target.kind === "flag" ? target.key : null;
  const sdkKey = readSdkKey(request.headers);
  if (!sdkKey.ok) return unauthorized(sdkKey.error, flagKey);
  const opened = await open(deps, request, sdkKey.value, io);
  if (!opened.ok) return opened.error(flagKey);
  const { ready, key } = opened.value;
  const reply = await answer(deps, { request, target, ready, key });
  const { environmentId, revision } = ready.ruleset;
  return { ...reply, source: { environmentId, revision, staleMs: ready.staleMs } };
}

type Refusal = (flagKey: string | null) => EdgeReply;

/** Finds the key's environment, and the key in it. */
async function open(
  deps: EvaluationDeps,
  request: Request,
  sdkKey: ParsedSdkKey,
  io: EdgeIo,
): Promise<Result<Pick<Asked, "ready" | "key">, Refusal>> {
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
  if (ready.kind === "unavailable") return err(unavailable);
  if (ready.kind === "unknown") return err(unknownKey);
  const entry = keys.find(ready.ruleset, sdkKey);
  if (entry === undefined) return err(unknownKey);
  const use = checkUse(entry, request.headers, now());
  if (use.ok) return ok({ ready, key: entry });
  const { status, details } = use.error;
  if (status === 401) return err((flagKey) => unauthorized(details, flagKey));
  return err((flagKey) => errorReply(status, generalError(details), flagKey));
}

/** A client that was told of a change must not get the state before it once more. */
const NOTIFIED = /[?&]flagConfig(?:Etag|LastModified)=/;

async function answer(deps: EvaluationDeps, asked: Asked): Promise<EdgeReply> {
  const { request, target, ready, key } = asked;
  const flagKey = target.kind === "flag" ? target.key : null;
  const text = await readRequestText(request, MAX_REQUEST_BYTES);
  if (!text.ok) return text.error === "too-large" ? tooLarge(flagKey) : unreadable(flagKey);
  const context = readEvaluationRequest(text.value);
  if (!context.ok) return errorReply(400, context.error, flagKey);
  const client = key.kind === "client" ? request : undefined;
  const moment = new RequestMoment(epochMs(deps.now()), client);
  if (target.kind === "bulk") return answerBulk(deps, asked, context.value, moment);

  const flag = target.valid ? ready.ruleset.flags.get(target.key) : undefined;
  if (flag === undefined) return errorReply(404, flagNotFound(target.key), flagKey);
  if (key.kind === "client" && !flag.clientVisible) return serverOnly(target.key);
  return answerFlag(deps, asked, context.value, moment, flag);
}

function answerFlag(
  deps: EvaluationDeps,
  { ready: { ruleset } }: Asked,
  context: EvaluationContext,
  moment: RequestMoment,
  flag: CompiledFlag,
): EdgeReply {
  deps.health.evaluations += 1;
  const evaluation = evaluateFlag(ruleset, flag.key, context, moment);
  if (evaluation.kind === "not-found") return errorReply(404, flagNotFound(flag.key), flag.key);
  if (evaluation.kind === "unit-missing") {
    return errorReply(400, unitMissing(evaluation), flag.key);
  }
  const { text } = deps.texts.of(evaluation, ruleset.environmentId);
  return { status: 200, body: text, headers: { "cache-control": "no-store" } };
}

/**
 * All flags that the key may see. A flag that cannot be evaluated says so in its own item and never
 * spoils the others.
 */
function answerBulk(
  deps: EvaluationDeps,
  { request, ready: { ruleset }, key }: Asked,
  context: EvaluationContext,
  moment: RequestMoment,
): EdgeReply {
  const { environmentId } = ruleset;
  const isClient = key.kind === "client";
  const items: HashedText[] = [];
  for (const item of evaluateAll(ruleset, context, moment, isClient ? isVisible : undefined)) {
    if (item.kind !== "not-found") items.push(deps.texts.of(item, environmentId));
  }
  deps.health.evaluations += items.length;
  const { tag, text } = bulkAnswer(
    items,
    contextWords(context, key.kind),
    isBrowserLike(request.headers) ? environmentId : null,
  );
  const headers = { etag: tag, "cache-control": "private, no-cache" };
  return matchesEntityTag(request.headers.get("if-none-match"), tag)
    ? { status: 304, body: null, headers }
    : { status: 200, body: text(), headers };
}

const isVisible = (flag: CompiledFlag): boolean => flag.clientVisible;

/** Clients on phones fail on members they do not know; those that send this do not. */
function isBrowserLike(headers: Headers): boolean {
  return headers.has("sec-fetch-mode") || headers.has("origin");
}

function unauthorized(details: string, flagKey: string | null): EdgeReply {
  const headers = { "www-authenticate": 'Bearer realm="switchyard"' };
  return errorReply(401, generalError(details), flagKey, headers);
}

/** That the flag exists is no secret worth an answer that helps nobody to find the cause. */
function serverOnly(key: string): EdgeReply {
  const details = `Flag "${key}" is not visible to client keys. Mark it as client-visible, or use a server key on a server.`;
  return errorReply(403, generalError(details), key);
}

function tooLarge(flagKey: string | null): EdgeReply {
  const details = `The request body is larger than ${MAX_REQUEST_BYTES} bytes. Send only the attributes that rules ask for.`;
  return errorReply(413, generalError(details), flagKey);
}

function unreadable(flagKey: string | null): EdgeReply {
  const errorDetails = "The request body ended before it was complete. Send it again.";
  return errorReply(400, { errorCode: "PARSE_ERROR", errorDetails }, flagKey);
}

const unknownKey: Refusal = (flagKey) => unauthorized(UNKNOWN_KEY.details, flagKey);

const unavailable: Refusal = (flagKey) =>
  errorReply(
    503,
    generalError("The environment's configuration cannot be reached just now. Try again shortly."),
    flagKey,
    { "retry-after": "1" },
  );
