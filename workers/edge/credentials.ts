import { type ParsedSdkKey, parseSdkKey } from "../../src/core/keys/sdk-key.ts";
import { err, ok, type Result } from "../../src/core/result.ts";

/**
 * The SDK key of a request: `Authorization: Bearer <key>` in any case, a bare
 * `Authorization: <key>`, or `X-API-Key: <key>`. The first that is well formed counts; the error
 * says what is wrong with the first that was sent, without repeating it. No I/O.
 */
export function readSdkKey(headers: Headers): Result<ParsedSdkKey, string> {
  let problem: string | undefined;
  for (const candidate of candidates(headers)) {
    const parsed = parseSdkKey(candidate);
    if (parsed.ok) return ok(parsed.value);
    problem ??= parsed.error === "checksum" ? WRONG_CHECKSUM : NOT_A_KEY;
  }
  if (problem !== undefined) return err(problem);
  return err(headers.has("authentication") ? `${NO_KEY} ${MISNAMED_HEADER}` : NO_KEY);
}

const NO_KEY =
  'No SDK key was sent. Send one as "Authorization: Bearer <key>" or as "X-API-Key: <key>".';
const MISNAMED_HEADER = 'There is a header "Authentication"; its name must be "Authorization".';
const NOT_A_KEY =
  "What was sent is not an SDK key: those begin with sy_server_ or sy_client_. Copy the whole key.";
const WRONG_CHECKSUM =
  "The SDK key has a typing error or is cut off: its checksum does not fit. Copy the whole key.";

function candidates(headers: Headers): readonly string[] {
  const authorization = headers
    .get("authorization")
    ?.trim()
    .replace(/^bearer(?:\s+|$)/i, "");
  return [authorization, headers.get("x-api-key")?.trim()].filter(
    (text): text is string => text !== undefined && text !== "",
  );
}
