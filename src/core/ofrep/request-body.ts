import type { EvaluationContext } from "../evaluation/context.ts";
import { isRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import type { OfrepError } from "./error-body.ts";

/** The most bytes that a request body may have. */
export const MAX_REQUEST_BYTES = 1024 * 1024;

/** How deep a context may nest: far beyond use, and far from where recursion would end. */
export const MAX_CONTEXT_DEPTH = 64;

/** Shared by all requests without a context. */
const EMPTY_CONTEXT: EvaluationContext = Object.freeze({});

/**
 * The evaluation context of a request. An absent body or context is an empty context, as
 * clients without a user send it; members that the protocol does not know are ignored.
 */
export function readEvaluationRequest(text: string): Result<EvaluationContext, OfrepError> {
  if (text.trim() === "") return ok(EMPTY_CONTEXT);
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const body = parsed.value ?? {};
  if (!isRecord(body)) return err(wrongBody(body));
  const context = Object.hasOwn(body, "context") ? body["context"] : undefined;
  if (context === undefined || context === null) return ok(EMPTY_CONTEXT);
  if (!isRecord(context)) return err(wrongContext(context));
  return isDeeperThan(context, MAX_CONTEXT_DEPTH) ? err(TOO_DEEP) : ok(context);
}

function parseJson(text: string): Result<unknown, OfrepError> {
  try {
    return ok(JSON.parse(text));
  } catch {
    // The engine's message quotes the body, which may hold personal data.
    return err({
      errorCode: "PARSE_ERROR",
      errorDetails:
        'The request body is not JSON. Send an object like {"context":{"targetingKey":"user-1"}}.',
    });
  }
}

const TOO_DEEP: OfrepError = {
  errorCode: "INVALID_CONTEXT",
  errorDetails: `The context nests deeper than ${MAX_CONTEXT_DEPTH} levels. Send the attributes that rules ask for, flattened.`,
};

function wrongBody(body: unknown): OfrepError {
  return {
    errorCode: "PARSE_ERROR",
    errorDetails: `The request body is ${nameOf(body)}. Send an object like {"context":{"targetingKey":"user-1"}}.`,
  };
}

function wrongContext(context: unknown): OfrepError {
  return {
    errorCode: "INVALID_CONTEXT",
    errorDetails: `"context" is ${nameOf(context)}. Send an object like {"targetingKey":"user-1"}.`,
  };
}

function nameOf(value: unknown): string {
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

/** Goes no deeper than the limit itself: what came from outside may nest a million levels. */
function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  if (!isRecord(value)) return Object.values(value).some((item) => isDeeperThan(item, limit - 1));
  // No list of a context's members is made just to look at each.
  for (const name in value) if (isDeeperThan(value[name], limit - 1)) return true;
  return false;
}
