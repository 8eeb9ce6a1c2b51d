import type { EvaluationContext } from "../evaluation/context.ts";
import { isRecord } from "../json.ts";
import type { OfrepError } from "../ofrep/error-body.ts";
import { readEvaluationRequest } from "../ofrep/request-body.ts";
import { err, type Result } from "../result.ts";

/** The longest text that is read from a client's socket, in UTF-16 units. */
export const LONGEST_CONTEXT_FRAME = 65_536;

/**
 * The context that a client's frame names, by the rules for a request's body. Of what is no such
 * frame at all the error code is `PARSE_ERROR`.
 */
export function readContextFrame(text: string): Result<EvaluationContext, OfrepError> {
  if (text.length > LONGEST_CONTEXT_FRAME || !isContextFrame(text)) return err(NO_CONTEXT_FRAME);
  return readEvaluationRequest(text);
}

function isContextFrame(text: string): boolean {
  try {
    const frame: unknown = JSON.parse(text);
    return isRecord(frame) && frame["type"] === "context";
  } catch {
    return false;
  }
}

const NO_CONTEXT_FRAME: OfrepError = {
  errorCode: "PARSE_ERROR",
  errorDetails: `This is no context. Send a text like {"type":"context","context":{"targetingKey":"user-1"}} of at most ${LONGEST_CONTEXT_FRAME} characters.`,
};
