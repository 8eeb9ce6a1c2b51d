import { epochMs } from "../../src/core/brand.ts";
import type { CompiledFlag } from "../../src/core/evaluation/compiled-flag.ts";
import type { EvaluationContext, EvaluationMoment } from "../../src/core/evaluation/context.ts";
import { evaluateOne } from "../../src/core/evaluation/evaluate.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import { exposedUnit } from "../../src/core/events/exposed-unit.ts";
import { flagNotFound, unitMissing } from "../../src/core/ofrep/answer-text.ts";
import { bulkAnswer, PLAIN_CLOSE } from "../../src/core/ofrep/bulk-answer.ts";
import { contextWords, matchesEntityTag } from "../../src/core/ofrep/entity-tag.ts";
import type { OfrepTarget } from "../../src/core/ofrep/ofrep-path.ts";
import { MAX_REQUEST_BYTES, readEvaluationRequest } from "../../src/core/ofrep/request-body.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import { type SentAnswer, sentAnswer } from "./sent-answer.ts";
import type { BulkCloses } from "./bulk-closes.ts";
import type { ContextShapes } from "./context-shapes.ts";
import type { EdgeHealth } from "./edge-health.ts";
import { type EdgeReply, errorReply, generalError, type ReplySource } from "./edge-reply.ts";
import type { KeyPace } from "./key-pace.ts";
import {
  openEnvironment,
  type OpenedEnvironment,
  type OpeningDeps,
  type Refusal,
  refusalReply,
} from "./open-environment.ts";
import { RequestMoment } from "./platform-attributes.ts";
import type { EdgeIo } from "./ports.ts";
import { type RequestText, withRequestText } from "./request-text.ts";
import { sentAnswersOf } from "./sent-answers.ts";
import { visibleFlags } from "./visible-flags.ts";

export interface EvaluationDeps extends OpeningDeps {
  readonly closes: BulkCloses;
  readonly health: EdgeHealth;
  readonly requestPace: KeyPace;
  readonly shapes: ContextShapes;
}

/** A request, and what is asked of it more than once: each look at it leaves JavaScript. */
export interface Received {
  readonly request: Request;
  readonly headers: Headers;
  readonly url: string;
}

/** What is asked, and by which means it may be answered. */
interface Asking {
  readonly received: Received;
  readonly target: OfrepTarget;
  readonly io: EdgeIo;
}

/** A request that was let in. */
interface Asked extends OpenedEnvironment, Asking {
  readonly source: ReplySource;
}

/**
 * Answers `POST /ofrep/v1/evaluate/flags` and `/flags/:key`. The key alone names the environment.
 *
 * Nothing waits here but for the body: each function that waits takes room and a turn of its own, and
 * an answer takes little more than that.
 */
export function evaluateRequest(
  deps: EvaluationDeps,
  received: Received,
  target: OfrepTarget,
  io: EdgeIo,
): EdgeReply | Promise<EdgeReply> {
  const sdkKey = deps.keys.read(received.headers);
  if (!sdkKey.ok) return refusalReply({ status: 401, details: sdkKey.error }, flagKeyOf(target));
  const opening = openEnvironment(deps, received, sdkKey.value, io);
  const asking = { received, target, io };
  return opening instanceof Promise
    ? opening.then((opened) => evaluateIn(deps, asking, opened))
    : evaluateIn(deps, asking, opening);
}

function evaluateIn(
  deps: EvaluationDeps,
  { received, target, io }: Asking,
  opened: Result<OpenedEnvironment, Refusal>,
): EdgeReply | Promise<EdgeReply> {
  if (!opened.ok) return refusalReply(opened.error, flagKeyOf(target));
  const { ready, key } = opened.value;
  const { environmentId, revision } = ready.ruleset;
  const source = { environmentId, revision, staleMs: ready.staleMs };
  const limited = overLimit(deps, opened.value, flagKeyOf(target));
  if (limited !== undefined) return { ...limited, source };
  const { headers, request } = received;
  return withRequestText({ request, headers }, MAX_REQUEST_BYTES, (text) =>
    answer(deps, { received, target, ready, key, io, source }, text),
  );
}

/** `null`: all flags are asked for. */
function flagKeyOf(target: OfrepTarget): string | null {
  return target.kind === "flag" ? target.key : null;
}

/** The refusal of what is more than the key may ask in this second, if it is. */
function overLimit(
  { health, now, requestPace }: EvaluationDeps,
  { ready, key }: OpenedEnvironment,
  flagKey: string | null,
): EdgeReply | undefined {
  const most = ready.ruleset.delivery?.requestsPerSecond ?? null;
  if (most === null || requestPace.admits(key.hash, 1, most, now())) return undefined;
  health.limited += 1;
  const details = `More than ${most} evaluation requests a second came here with this SDK key, the environment's limit. Try again after 1 s, send fewer, or raise "requestsPerSecond" in the environment's delivery settings.`;
  // By then the next second has begun.
  return errorReply(429, generalError(details), flagKey, { "retry-after": "1" });
}

function answer(deps: EvaluationDeps, asked: Asked, text: RequestText): EdgeReply {
  const { received, target, key, io, source } = asked;
  if (!text.ok) return { ...unreadText(text.error, flagKeyOf(target)), source };
  const context = readEvaluationRequest(text.value);
  if (!context.ok) return { ...errorReply(400, context.error, flagKeyOf(target)), source };
  const client = key.kind === "client" ? received.request : undefined;
  const moment = new RequestMoment(epochMs(deps.now()), client);
  deps.shapes.see(text.value, moment.now);
  if (target.kind === "bulk") {
    return collecting(deps, moment.now, io, () => answerBulk(deps, asked, context.value, moment));
  }
  const flag = flagOf(asked, target);
  if (!flag.ok) return { ...flag.error, source };
  return collecting(deps, moment.now, io, () =>
    answerFlag(deps, asked, context.value, moment, flag.value),
  );
}

/** The flag that is asked for, if it is there for this key. */
function flagOf(
  { ready, key }: Asked,
  target: Extract<OfrepTarget, { kind: "flag" }>,
): Result<CompiledFlag, EdgeReply> {
  const flag = ready.ruleset.flags.get(target.key);
  if (flag === undefined) return err(errorReply(404, flagNotFound(target.key), target.key));
  return key.kind === "client" && !flag.clientVisible ? err(serverOnly(target.key)) : ok(flag);
}

/** Sees to what the answer counts. */
export function collecting<T>(
  { collector }: EvaluationDeps,
  nowMs: number,
  io: EdgeIo,
  work: () => T,
): T {
  collector.begin(nowMs, io);
  const reply = work();
  collector.end(nowMs, io);
  return reply;
}

function answerFlag(
  deps: EvaluationDeps,
  { ready: { ruleset }, source }: Asked,
  context: EvaluationContext,
  moment: EvaluationMoment,
  flag: CompiledFlag,
): EdgeReply {
  deps.health.evaluations += 1;
  const evaluation = evaluateOne(ruleset, flag, context, moment);
  const sent = sentAnswer(evaluation, ruleset.environmentId);
  deps.collector.count(sent);
  if (evaluation.kind === "unit-missing") {
    return { ...errorReply(400, unitMissing(evaluation), flag.key), source };
  }
  expose(deps, ruleset, sent, context, moment);
  // A `Response` of a text costs more than one of bytes.
  return { status: 200, body: sent.body(), headers: NOT_STORED, source };
}

const NOT_STORED = { "cache-control": "no-store" };

/**
 * All flags that the key may see. A flag that cannot be evaluated says so in its own item and never
 * spoils the others.
 */
function answerBulk(
  deps: EvaluationDeps,
  { received: { headers: asked, url }, ready: { ruleset }, key, io, source }: Asked,
  context: EvaluationContext,
  moment: EvaluationMoment,
): EdgeReply {
  const { environmentId } = ruleset;
  const flags = key.kind === "client" ? visibleFlags(ruleset) : ruleset.flagsByKey;
  const answers = sentAnswersOf(flags, environmentId);
  const numbers = answers.numbersFor(ruleset, context, moment);
  deps.collector.countAll(answers.tally, numbers);
  deps.health.evaluations += numbers.length;
  const { tag, bytes } = bulkAnswer(
    answers.texts,
    numbers,
    contextWords(context, key.kind),
    isBrowserLike(asked) ? deps.closes.of(environmentId, key, url, io.publicOrigin) : PLAIN_CLOSE,
  );
  const headers = { etag: tag, "cache-control": "private, no-cache" };
  if (matchesEntityTag(asked.get("if-none-match"), tag)) {
    // Whoever holds this answer was exposed when it was sent.
    return { status: 304, body: null, headers, source };
  }
  if (answers.isExposing) {
    for (const number of numbers) expose(deps, ruleset, answers.at(number), context, moment);
  }
  return { status: 200, body: bytes, headers, source };
}

/** Keeps that a unit was shown an experiment's variation, if it was. */
export function expose(
  { collector }: EvaluationDeps,
  ruleset: Ruleset,
  { exposing }: SentAnswer,
  context: EvaluationContext,
  moment: EvaluationMoment,
): void {
  if (exposing === null) return;
  const unit = exposedUnit(ruleset, exposing, context, moment);
  if (unit !== undefined) collector.expose(ruleset.environmentId, exposing, unit, moment.now);
}

/** Clients on phones fail on members they do not know; those that send this do not. */
function isBrowserLike(headers: Headers): boolean {
  return headers.has("sec-fetch-mode") || headers.has("origin");
}

/** That the flag exists is no secret worth an answer that helps nobody to find the cause. */
function serverOnly(key: string): EdgeReply {
  const details = `Flag "${key}" is not visible to client keys. Mark it as client-visible, or use a server key on a server.`;
  return errorReply(403, generalError(details), key);
}

function unreadText(why: "too-large" | "unreadable", flagKey: string | null): EdgeReply {
  if (why === "too-large") return tooLarge(flagKey);
  const errorDetails = "The request body ended before it was complete. Send it again.";
  return errorReply(400, { errorCode: "PARSE_ERROR", errorDetails }, flagKey);
}

function tooLarge(flagKey: string | null): EdgeReply {
  const details = `The request body is larger than ${MAX_REQUEST_BYTES} bytes. Send only the attributes that rules ask for.`;
  return errorReply(413, generalError(details), flagKey);
}
